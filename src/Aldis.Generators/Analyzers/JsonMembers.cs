using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>A member that the serialiser writes.</summary>
/// <param name="Symbol">The property or field.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsRead">Whether it is read as well: it has a setter, or the constructor takes it.</param>
internal sealed record JsonMember(ISymbol Symbol, ITypeSymbol Type, bool IsRead);

/// <summary>What the serialiser sees of a type.</summary>
internal static class JsonMembers
{
    /// <summary>The types that can be the name of a JSON property, as the keys of a dictionary.</summary>
    private static readonly HashSet<string> _keys
        = ["Guid", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "Uri", "Version", "Half", "Int128", "UInt128"];

    /// <summary>The members of a type and of its bases that are written: public properties, and what is marked with [JsonInclude].</summary>
    public static IEnumerable<JsonMember> Of(INamedTypeSymbol type)
    {
        var parameters = JsonConstructor.Of(type)?.Parameters;
        var names = new HashSet<string>();
        foreach (var member in BasesOf(type).SelectMany(one => one.GetMembers()).Where(IsWritten))
        {
            if (names.Add(member.Name))
            {
                var taken = parameters?.Any(parameter => string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase)) == true;
                yield return member is IPropertySymbol property
                    ? new JsonMember(member, property.Type, taken || property.SetMethod is not null)
                    : new JsonMember(member, ((IFieldSymbol)member).Type, taken || !((IFieldSymbol)member).IsReadOnly);
            }
        }
    }

    /// <summary>A type, its bases, and the interfaces of those, the nearest first.</summary>
    public static IEnumerable<ITypeSymbol> BasesOf(ITypeSymbol type)
    {
        for (var one = type; one is not null && one.SpecialType != SpecialType.System_Object; one = one.BaseType)
        {
            yield return one;
        }

        foreach (var face in type.AllInterfaces)
        {
            yield return face;
        }
    }

    /// <summary>The types named by [JsonDerivedType].</summary>
    public static IEnumerable<INamedTypeSymbol> DerivedTypes(ITypeSymbol type) => type.GetAttributes()
        .Where(attribute => attribute.AttributeClass?.Name == "JsonDerivedTypeAttribute")
        .Select(attribute => attribute.ConstructorArguments.FirstOrDefault().Value as INamedTypeSymbol)
        .OfType<INamedTypeSymbol>()
        .Where(derived => !SymbolEqualityComparer.Default.Equals(derived, type));

    /// <summary>Whether somebody else writes and reads it.</summary>
    public static bool HasConverter(ISymbol symbol) => Attributes.Has(symbol, "JsonConverterAttribute");

    /// <summary>What a collection has in it: the types of its keys, if any, and values; null for what is no collection.</summary>
    public static (ITypeSymbol? Key, ITypeSymbol Value)? Entries(INamedTypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_String)
        {
            return null;
        }

        INamedTypeSymbol[] faces = [type, .. type.AllInterfaces];
        return Array.Find(faces, face => face.MetadataName is "IDictionary`2" or "IReadOnlyDictionary`2") is { } dictionary
            ? (dictionary.TypeArguments[0], dictionary.TypeArguments[1])
            : Array.Find(faces, face => face.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T) is { } sequence
                ? (null, sequence.TypeArguments[0])
                : null;
    }

    /// <summary>Whether a type can be the key of a dictionary.</summary>
    public static bool IsKey(ITypeSymbol type) => type.TypeKind is TypeKind.Enum or TypeKind.TypeParameter or TypeKind.Error
        || type.SpecialType is SpecialType.System_Object or SpecialType.System_String or (>= SpecialType.System_Boolean and <= SpecialType.System_Double)
        || (type.ContainingNamespace?.ToDisplayString() == "System" && _keys.Contains(type.Name))
        || HasConverter(type);

    private static bool IsWritten(ISymbol member)
    {
        var included = Attributes.Has(member, "JsonIncludeAttribute");
        return !member.IsStatic && !IsIgnored(member) && !HasConverter(member) && !Attributes.Has(member, "JsonExtensionDataAttribute") && member switch
        {
            IPropertySymbol { IsIndexer: false, GetMethod: { } getter } => included || (member.DeclaredAccessibility == Accessibility.Public
                && getter.DeclaredAccessibility == Accessibility.Public),
            IFieldSymbol { IsImplicitlyDeclared: false } => included,
            _ => false,
        };
    }

    /// <summary>[JsonIgnore] without a condition, or with Always, which is 1.</summary>
    private static bool IsIgnored(ISymbol member) => member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "JsonIgnoreAttribute"
        && attribute.NamedArguments.All(argument => argument.Key != "Condition" || argument.Value.Value is 1));
}
