using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>Reads the attributes of System.Text.Json, as the serializer does: those on the member itself, not those it inherits.</summary>
internal static class Attributes
{
    private const string Serialization = "System.Text.Json.Serialization.";

    public static AttributeData? Json(this ISymbol symbol, string name)
        => symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass is { } type && type.Is($"{Serialization}Json{name}Attribute"));

    public static bool HasJson(this ISymbol symbol, string name) => symbol.Json(name) is not null;

    /// <summary>The first argument of an attribute that takes a number or an enum.</summary>
    public static int? JsonNumber(this ISymbol symbol, string name)
        => symbol.Json(name)?.ConstructorArguments is [{ Value: int number }, ..] ? number : null;

    public static bool Has(this ISymbol symbol, string fullName)
        => symbol.GetAttributes().Any(attribute => attribute.AttributeClass is { } type && type.Is(fullName));

    /// <summary>When the member is left out; null when it has no [JsonIgnore].</summary>
    public static int? IgnoreCondition(this ISymbol symbol)
    {
        if (symbol.Json("Ignore") is not { } ignore)
        {
            return null;
        }

        var condition = ignore.NamedArguments.FirstOrDefault(argument => argument.Key == "Condition").Value;
        return condition.Value as int? ?? Always;
    }

    /// <summary>JsonIgnoreCondition.Always.</summary>
    public const int Always = 1;

    /// <summary>The attribute that names a converter, also one derived from [JsonConverter].</summary>
    public static AttributeData? Converter(this ISymbol symbol)
        => symbol.GetAttributes().FirstOrDefault(attribute => Types.BasesOf(attribute.AttributeClass)
            .Any(type => type.Is(Serialization + "JsonConverterAttribute")));

    /// <summary>Whether the attribute is a [JsonDerivedType].</summary>
    public static bool IsDerivedType(AttributeData attribute)
        => attribute.AttributeClass is { } type && type.Is(Serialization + "JsonDerivedTypeAttribute");
}
