using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>Reads the [Receives] methods of a class.</summary>
internal static class ReceiverReader
{
    private const string Task = "System.Threading.Tasks.Task";
    private const string ValueTask = "System.Threading.Tasks.ValueTask";
    private const string Token = "global::System.Threading.CancellationToken";

    public static Reading<CallModel> Read(INamedTypeSymbol type, bool onlyStatic, Compilation compilation, CallModel call)
    {
        if ((TypeNames.Hidden(type, compilation) ?? (SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly)
            ? null : $"{type} is in another assembly")) is { } why)
        {
            return Reading<CallModel>.Hidden(why);
        }

        var receivers = new List<ReceiverModel>();
        foreach (var (method, mark) in ClassReader.Methods(type, Names.Receives).Where(one => one.Method.IsStatic || !onlyStatic))
        {
            var receiver = Read(method, mark, compilation);
            if (receiver.Unseen is not null)
            {
                return Reading<CallModel>.Hidden(receiver.Unseen);
            }

            receivers.Add(receiver.Model!);
        }

        return receivers.Count == 0
            ? Reading<CallModel>.Hidden($"no {(onlyStatic ? "static " : "")}method of {type} is marked with [Receives]")
            : call with { Type = TypeNames.Of(type), Receivers = new(receivers) };
    }

    /// <summary>Why a method cannot be a receiver; null if it can.</summary>
    public static Reading<ReceiverModel> Read(IMethodSymbol method, AttributeData mark, Compilation compilation)
    {
        var parameters = method.Parameters;
        var takesToken = parameters.Length == 2 && parameters[1].Type.Is("System.Threading.CancellationToken");
        var isLater = method.ReturnType.Is(Task) || method.ReturnType.Is(ValueTask) || method.ReturnType.Is(Task, 1) || method.ReturnType.Is(ValueTask, 1);
        var why = method.IsGenericMethod ? "is generic"
            : parameters.Any(parameter => parameter.RefKind != RefKind.None) ? "takes a reference"
            : parameters.Length != 1 && !(takesToken && isLater) ? "does not take one event (and a CancellationToken, when it returns a task)"
            : method is { ReturnsVoid: true, IsAsync: true } ? "is async void"
            : parameters.Select(parameter => parameter.Type).Concat(method.ReturnsVoid ? [] : [method.ReturnType])
                .Select(type => TypeNames.Hidden(type, compilation)).FirstOrDefault(hidden => hidden is not null);
        if (why is not null)
        {
            return Reading<ReceiverModel>.Hidden($"{method.ContainingType.Name}.{method.Name} {why}");
        }

        var target = TargetReader.Read(method, compilation);
        return target.Unseen is not null ? Reading<ReceiverModel>.Hidden(target.Unseen) : ModelOf(method, mark, target.Model!, takesToken);
    }

    private static ReceiverModel ModelOf(IMethodSymbol method, AttributeData mark, TargetModel target, bool takesToken)
    {
        var @event = TypeNames.Of(method.Parameters[0].Type);
        var answer = AnswerOf(method.ReturnType);
        var name = Literal.Of(mark.ConstructorArguments.FirstOrDefault().Value as string ?? "");
        var isTask = method.ReturnType.Is(Task) || method.ReturnType.Is(Task, 1);
        var result = takesToken && isTask ? $"global::{ValueTask}{(answer is null ? "" : $"<{answer}>")}" : TypeNames.Of(method.ReturnType);
        var type = method.ReturnsVoid ? $"global::System.Action<{@event}>" : $"global::System.Func<{@event}, {(takesToken ? Token + ", " : "")}{result}>";
        var arguments = takesToken ? new[] { "@event", "cancel" } : ["@event"];
        var body = target.Call(arguments);

        // The method itself, where it can be named: a receiver is known by its method and target.
        var receiver = target.Accessor is null && !(takesToken && isTask)
            ? target.Expression
            : $"({string.Join(", ", arguments)}) => {(takesToken && isTask ? $"new {result}({body})" : body)}";
        return new ReceiverModel($"space.Get<{@event}{(answer is null ? "" : ", " + answer)}>({name})", $"new {type}({receiver})", OptionsOf(mark), target);
    }

    private static string? AnswerOf(ITypeSymbol type)
    {
        return type.SpecialType == SpecialType.System_Void || type.Is(Task) || type.Is(ValueTask) ? null
            : type.Is(Task, 1) || type.Is(ValueTask, 1) ? TypeNames.Of(((INamedTypeSymbol)type).TypeArguments[0])
            : TypeNames.Of(type);
    }

    private static string OptionsOf(AttributeData mark)
    {
        var said = mark.NamedArguments.Select(argument => $"{argument.Key} = {Literal.Of(argument.Value)}").ToList();
        return said.Count == 0 ? "default" : $"new global::Aldis.ConnectOptions {{ {string.Join(", ", said)} }}";
    }
}
