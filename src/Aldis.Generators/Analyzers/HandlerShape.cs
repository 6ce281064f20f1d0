using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>What a method of any shape takes and returns: the rules by which the bus reads it.</summary>
internal static class HandlerShape
{
    /// <summary>
    /// The event that a handler takes: the parameter whose type is marked with [Event], else the first that is neither an <c>EventContext</c> nor a
    /// <c>CancellationToken</c>; null where there is none, or more than one that is marked.
    /// </summary>
    public static ITypeSymbol? Event(IMethodSymbol handler, AldisSymbols aldis)
    {
        var marked = handler.Parameters.Where(parameter => aldis.IsEvent(parameter.Type)).ToArray();
        return marked.Length switch
        {
            0 => handler.Parameters.FirstOrDefault(parameter => !AldisSymbols.Is(parameter.Type, aldis.Context)
                && !AldisSymbols.Is(parameter.Type, aldis.CancellationToken))?.Type,
            1 => marked[0].Type,
            _ => null,
        };
    }

    /// <summary>The events that a handler returns: what is behind a task, the elements of a sequence or stream, the parts of a tuple.</summary>
    public static IEnumerable<ITypeSymbol> Results(ITypeSymbol returned, AldisSymbols aldis) => returned switch
    {
        { SpecialType: SpecialType.System_Void or SpecialType.System_Object } => [],
        INamedTypeSymbol { TypeArguments: [var later] } task when aldis.IsTask(task) => Results(later, aldis),
        _ when aldis.IsTask(returned) => [],
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => [nullable.TypeArguments[0]],
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.SelectMany(part => Results(part.Type, aldis)),
        IArrayTypeSymbol array => [array.ElementType],
        INamedTypeSymbol type when Element(type) is { } element => [element],
        _ => [returned],
    };

    private static ITypeSymbol? Element(INamedTypeSymbol type) => type.AllInterfaces.Add(type)
        .FirstOrDefault(face => face.MetadataName is "IEnumerable`1" or "IAsyncEnumerable`1")?.TypeArguments[0];
}
