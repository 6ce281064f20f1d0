using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Handlers;

/// <summary>Reads the calls whose place generated code takes.</summary>
internal static class CallReader
{
    private const string Builder = "Aldis.EventBusBuilder";
    private const string Hosting = "Aldis.HostExtensions";
    private const string Space = "Aldis.SignalSpace";

    /// <summary>Whether a call may be one of ours, by its name alone.</summary>
    public static bool IsCandidate(SyntaxNode node)
        => NameOf(node) is "Subscribe" or "MapEvent" or "AddHandlers" or "AddAllHandlers" or "ConnectReceivers";

    public static string? NameOf(SyntaxNode node) => node is not InvocationExpressionSyntax call ? null : call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax member => member.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>Null for a call that is none of ours.</summary>
    public static Reading<CallModel>? Read(InvocationExpressionSyntax syntax, SemanticModel model, CancellationToken cancel)
    {
        if (model.GetOperation(syntax, cancel) is not IInvocationOperation call || KindOf(call.TargetMethod) is not { } kind)
        {
            return null;
        }

        if (model.GetInterceptableLocation(syntax, cancel) is not { } location)
        {
            return Reading<CallModel>.Hidden("the compiler lets nobody take its place");
        }

        var attribute = $"[global::System.Runtime.CompilerServices.InterceptsLocation({location.Version}, {Literal.Of(location.Data)})]";
        var read = new CallModel(kind, attribute, PlaceModel.Of(syntax.GetLocation()));
        return kind switch
        {
            CallKind.AddAllHandlers => read,
            CallKind.AddHandlers => ReadClass(call.TargetMethod.TypeArguments[0], model.Compilation, read),
            CallKind.ConnectReceivers => ReadReceivers(call.TargetMethod.TypeArguments[0], onlyStatic: false, model.Compilation, read),
            CallKind.ConnectStaticReceivers => ReadReceivers(TypeOf(call), onlyStatic: true, model.Compilation, read),
            CallKind.SubscribeTyped => ReadTyped(call, model, read),
            _ => ReadHandler(call, model, read),
        };
    }

    private static CallKind? KindOf(IMethodSymbol method)
    {
        var type = method.ContainingType;
        return method.Name switch
        {
            "Subscribe" when type.Is(Builder) && method is { Arity: 0, Parameters.Length: 3 } => CallKind.Subscribe,
            "Subscribe" when type.Is(Builder) && method is { Arity: 1, Parameters.Length: 3 } => CallKind.SubscribeTyped,
            "AddHandlers" when type.Is(Builder) && method.Arity == 1 => CallKind.AddHandlers,
            "AddAllHandlers" when type.Is(Builder) => CallKind.AddAllHandlers,
            "MapEvent" when type.Is(Hosting) && method.Arity == 1 => CallKind.MapEvent,
            "ConnectReceivers" when type.Is(Space) => method.Arity == 1 ? CallKind.ConnectReceivers : CallKind.ConnectStaticReceivers,
            _ => null,
        };
    }

    private static Reading<CallModel> ReadHandler(IInvocationOperation call, SemanticModel model, CallModel read)
    {
        var value = Argument(call, "handler");
        while (value is IConversionOperation { OperatorMethod: null } conversion)
        {
            value = conversion.Operand;
        }

        if (value is not IDelegateCreationOperation { Type: INamedTypeSymbol type } creation || MethodOf(creation.Target) is not { } method)
        {
            return Reading<CallModel>.Hidden("the handler is neither a lambda nor a method: which method it has shows when the program runs");
        }

        var handler = ShapeReader.Read(method, Origin.Of(method), PlaceModel.Of(creation.Syntax.GetLocation()), model.Compilation);
        if ((handler.Unseen ?? Unlike(type, method, handler.Model!, model.Compilation)) is { } why)
        {
            return Reading<CallModel>.Hidden(why);
        }

        return OnHost(call, model, read with { Handler = handler.Model, Delegate = TypeNames.Of(type) });
    }

    private static Reading<CallModel> OnHost(IInvocationOperation call, SemanticModel model, CallModel read)
    {
        if (read.Kind != CallKind.MapEvent)
        {
            return read;
        }

        var host = call.TargetMethod.TypeArguments[0];
        return TypeNames.Hidden(host, model.Compilation) is { } why ? Reading<CallModel>.Hidden(why) : read with { Type = TypeNames.Of(host) };
    }

    /// <summary>A typed subscription uses no reflection anyway; generated code adds the place and the topic, where it can.</summary>
    private static Reading<CallModel>? ReadTyped(IInvocationOperation call, SemanticModel model, CallModel read)
    {
        var type = call.TargetMethod.TypeArguments[0];
        if (TypeNames.Hidden(type, model.Compilation) is not null)
        {
            return null;
        }

        var value = Argument(call, "handler");
        var method = value is IDelegateCreationOperation creation ? MethodOf(creation.Target) : null;
        var origin = method is not null ? Origin.Of(method)
            : model.GetEnclosingSymbol(call.Syntax.SpanStart) is { } enclosing ? $"a delegate in {Origin.Of(enclosing)}" : "a delegate";
        var place = PlaceModel.Of((value?.Syntax ?? call.Syntax).GetLocation());
        return read with { Handler = new HandlerModel(origin, place) { Event = TopicNaming.Of(type) } };
    }

    private static Reading<CallModel> ReadClass(ITypeSymbol type, Compilation compilation, CallModel read)
    {
        if (type is not INamedTypeSymbol named)
        {
            return Reading<CallModel>.Hidden($"{type} is no class");
        }

        if (!SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
        {
            return TableReader.Find(named) is { } found ? read with { Table = found } : Reading<CallModel>.Hidden($"{type} is in an assembly without a table of handlers");
        }

        var model = ClassReader.Read(named, compilation);
        return model.Unseen is not null ? Reading<CallModel>.Hidden(model.Unseen)
            : TableReader.IsIn(named) ? read with { Table = TableReader.MethodOf(compilation.Assembly, named) }
            : read with { Class = model.Model };
    }

    private static Reading<CallModel> ReadReceivers(ITypeSymbol? type, bool onlyStatic, Compilation compilation, CallModel read)
        => type is INamedTypeSymbol named ? ReceiverReader.Read(named, onlyStatic, compilation, read)
            : Reading<CallModel>.Hidden(type is null ? "the class is not named with typeof" : $"{type} is no class");

    private static ITypeSymbol? TypeOf(IInvocationOperation call) => Argument(call, "receivers") is ITypeOfOperation { TypeOperand: { } type } ? type : null;

    private static IOperation? Argument(IInvocationOperation call, string name)
        => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == name)?.Value;

    private static IMethodSymbol? MethodOf(IOperation target) => target switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        IMethodReferenceOperation method => method.Method,
        _ => null,
    };

    /// <summary>Why the delegate cannot be called with the types of its method; null if it can. What cannot be a handler is never called.</summary>
    private static string? Unlike(INamedTypeSymbol type, IMethodSymbol method, HandlerModel handler, Compilation compilation)
    {
        if (handler.Fault is not null)
        {
            return null;
        }

        if (type.DelegateInvokeMethod is not { } invoke || !type.CanBeReferencedByName || TypeNames.Hidden(type, compilation) is not null)
        {
            return "the delegate has a type without a name, as one with a default value or a reference has";
        }

        var types = invoke.Parameters.Select(parameter => parameter.Type).Append(invoke.ReturnType);
        return types.SequenceEqual(method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType), SymbolEqualityComparer.Default)
            ? null
            : $"{type} has other types than {method.Name}";
    }
}
