using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>Which events are in what a method of any shape returns, by the rules of HandlerResult in Aldis.</summary>
internal static class HandlerResult
{
    /// <summary>The events that a handler returns: what is behind a task, the elements of a sequence or stream, the parts of a tuple.</summary>
    public static IEnumerable<ITypeSymbol> Events(ITypeSymbol returned, AldisSymbols aldis) => returned switch
    {
        { SpecialType: SpecialType.System_Void or SpecialType.System_Object } => [],
        INamedTypeSymbol { TypeArguments: [var later] } task when aldis.IsTask(task) => Events(later, aldis),
        _ when aldis.IsTask(returned) => [],
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => [nullable.TypeArguments[0]],
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.SelectMany(part => Events(part.Type, aldis)),
        IArrayTypeSymbol array => [array.ElementType],
        INamedTypeSymbol type when Element(type) is { } element => [element],
        _ => [returned],
    };

    private static ITypeSymbol? Element(INamedTypeSymbol type) => type.AllInterfaces.Add(type)
        .FirstOrDefault(face => face.MetadataName is "IEnumerable`1" or "IAsyncEnumerable`1")?.TypeArguments[0];
}
