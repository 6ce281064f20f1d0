using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>Reads attributes.</summary>
internal static class Attributes
{
    /// <summary>The attribute of a kind on a symbol, or null.</summary>
    public static AttributeData? Find(ISymbol symbol, INamedTypeSymbol? kind) => All(symbol, kind).FirstOrDefault();

    /// <summary>All attributes of a kind on a symbol.</summary>
    public static IEnumerable<AttributeData> All(ISymbol symbol, INamedTypeSymbol? kind) => kind is null
        ? []
        : symbol.GetAttributes().Where(attribute => SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, kind));

    /// <summary>Whether a symbol has an attribute of a name, which need not be referenced.</summary>
    public static bool Has(ISymbol symbol, string name)
        => symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == name);

    /// <summary>The first argument of an attribute, as text; null where it has none.</summary>
    public static string? Text(AttributeData attribute)
        => attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Primitive, Value: string text }, ..] ? text : null;

    /// <summary>The value of a named argument of an attribute.</summary>
    public static T Value<T>(AttributeData attribute, string name, T otherwise)
        => attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value is T value ? value : otherwise;
}
