using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>Reads what a handler returns and which events are in it, by the rules of HandlerResult in Aldis.</summary>
internal static class ResultReader
{
    private const string Tasks = "System.Threading.Tasks";

    public static Reading<HandlerModel> Read(IMethodSymbol method, HandlerModel model)
    {
        var type = method.ReturnType;
        if (method.ReturnsVoid)
        {
            return method.IsAsync
                ? Invalid(model, Literal.Of($"{model.Origin} is async void."), "Nobody can wait for it or see its error. Return a Task or ValueTask.")
                : model;
        }

        if (type.Is($"{Tasks}.Task") || type.Is($"{Tasks}.ValueTask"))
        {
            return model with { IsAwaited = true };
        }

        var isLater = type.Is($"{Tasks}.Task", 1) || type.Is($"{Tasks}.ValueTask", 1);
        return ReadResult(isLater ? ((INamedTypeSymbol)type).TypeArguments[0] : type, model with { IsAwaited = isLater });
    }

    private static Reading<HandlerModel> ReadResult(ITypeSymbol result, HandlerModel model)
    {
        if (Sequence(result) is { Name: "IAsyncEnumerable" } stream && stream.TypeArguments[0].IsValueType)
        {
            return Invalid(model, Literal.Of($"{model.Origin} returns an async stream of structs."), "Return a stream of objects, or make the event a class.");
        }

        var elements = Elements(result).Select(WithoutNull).ToList();
        if (elements.Prepend(result).FirstOrDefault(ShapeReader.IsPlain) is { } wrong)
        {
            return Invalid(model, $"{Literal.Of($"{model.Origin} returns ")} + typeof({TypeNames.Of(wrong)}) + \", which is no event.\"",
                "What a handler returns is published. Where nothing shall be, put the body of the lambda in braces.");
        }

        return model with
        {
            Result = KindOf(result),
            Publishes = new(elements.Where(one => !one.IsAbstract && one.SpecialType != SpecialType.System_Object).Select(TopicNaming.Of).Distinct()),
        };
    }

    private static Reading<HandlerModel> Invalid(HandlerModel model, string what, string why)
        => model with { Fault = new FaultModel(FaultModel.InvalidHandler, what, why) };

    /// <summary>What is sealed and neither several nor a tuple is one event whatever happens; the others show what they are when they are there.</summary>
    private static ResultKind KindOf(ITypeSymbol result)
    {
        var one = WithoutNull(result);
        return !one.IsSealed && !one.IsValueType || one is not INamedTypeSymbol || IsSeveral(one) ? ResultKind.Any
            : result.IsValueType && SymbolEqualityComparer.Default.Equals(one, result) ? ResultKind.Value
            : ResultKind.OneOrNull;
    }

    private static bool IsSeveral(ITypeSymbol type)
        => IsTuple(type) || Sequence(type) is not null || type.AllInterfaces.Any(face => face.SpecialType == SpecialType.System_Collections_IEnumerable);

    private static IEnumerable<ITypeSymbol> Elements(ITypeSymbol type)
        => IsTuple(type) ? Parts((INamedTypeSymbol)type)
            : Sequence(type) is { } sequence ? sequence.TypeArguments
            : [type];

    private static IEnumerable<ITypeSymbol> Parts(INamedTypeSymbol tuple)
    {
        return tuple.IsTupleType ? tuple.TupleElements.Select(element => element.Type)
            : tuple.TypeArguments.Length == 8 ? tuple.TypeArguments.Take(7).Concat(Parts((INamedTypeSymbol)tuple.TypeArguments[7]))
            : tuple.TypeArguments;
    }

    private static bool IsTuple(ITypeSymbol type)
        => type is INamedTypeSymbol { IsTupleType: true } || (type is INamedTypeSymbol && type.AllInterfaces.Any(face => face.Is("System.Runtime.CompilerServices.ITuple")));

    private static INamedTypeSymbol? Sequence(ITypeSymbol type)
    {
        return type.AllInterfaces.Concat(type is INamedTypeSymbol self ? [self] : []).FirstOrDefault(face
            => face.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T || face.Is("System.Collections.Generic.IAsyncEnumerable", 1));
    }

    private static ITypeSymbol WithoutNull(ITypeSymbol type)
        => type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;
}
