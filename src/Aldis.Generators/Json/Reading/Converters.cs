using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>Writes the expression that makes the converter an attribute names, or notes why that cannot be done.</summary>
internal sealed class Converters(JsonSurvey survey)
{
    private const string Serialization = "System.Text.Json.Serialization.";

    /// <summary>The converter of a type with [JsonConverter].</summary>
    public string? OfType(ITypeSymbol type, AttributeData attribute)
        => Instance(type, type, attribute) is { } made ? $"Expand(typeof({type.FullName()}), {made.Expression}, options)" : null;

    /// <summary>The converter of a property or field with [JsonConverter].</summary>
    public string? OfMember(ISymbol member, ITypeSymbol type, AttributeData attribute)
    {
        if (Instance(member, type, attribute) is not { } made)
        {
            return null;
        }

        var (expression, converter) = made;
        var inner = Types.NullableOf(type);
        if (Converted(converter) is { } converted && converted != type.FullName() && converted != inner?.FullName())
        {
            survey.Fault(member, $"has a converter for {converted}, which is another type");
            return null;
        }

        if (inner is not null)
        {
            survey.Reach(inner); // The serializer looks it up, although it has the converter.
        }

        return inner is null
            ? $"({"global::" + Serialization}JsonConverter<{type.FullName()}>)Expand(typeof({type.FullName()}), {expression}, options)"
            : $"ExpandNullable<{inner.FullName()}>({expression}, options)";
    }

    private (string Expression, INamedTypeSymbol Type)? Instance(ISymbol owner, ITypeSymbol type, AttributeData attribute)
    {
        if (attribute.AttributeClass?.Is(Serialization + "JsonConverterAttribute") != true
            || attribute.ConstructorArguments is not [{ Value: INamedTypeSymbol converter }])
        {
            survey.Fault(owner, "has a converter that only its attribute knows");
            return null;
        }

        converter = WithoutReflection(converter, type);
        if (Fault(converter) is { } fault)
        {
            survey.Fault(owner, $"has a converter, {converter.Told()}, that {fault}");
            return null;
        }

        return ($"new {converter.FullName()}()", converter);
    }

    /// <summary>The converter for any enum makes the one for this enum by reflection; the emitted code names it.</summary>
    private INamedTypeSymbol WithoutReflection(INamedTypeSymbol converter, ITypeSymbol type)
    {
        var inner = Types.NullableOf(type) ?? type;
        return converter.Is(Serialization + "JsonStringEnumConverter") && !converter.IsGenericType && inner.TypeKind == TypeKind.Enum
            && survey.Compilation.GetTypeByMetadataName(Serialization + "JsonStringEnumConverter`1") is { } generic
            ? generic.Construct(inner)
            : converter;
    }

    private string? Fault(INamedTypeSymbol converter)
    {
        if (converter.IsUnboundGenericType)
        {
            return "is not closed";
        }

        if (survey.NamingFault(converter) is { } fault)
        {
            return fault;
        }

        return converter.IsAbstract || !converter.InstanceConstructors.Any(constructor => constructor is { Parameters: [], DeclaredAccessibility: Accessibility.Public })
            ? "has no public constructor without parameters"
            : null;
    }

    /// <summary>What a converter converts; null for a factory, which may do many types.</summary>
    private static string? Converted(INamedTypeSymbol converter) => Types.BasesOf(converter)
        .FirstOrDefault(type => type.IsGenericType && type.Is(Serialization + "JsonConverter"))?.TypeArguments[0].FullName();
}
