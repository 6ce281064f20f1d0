using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>The constructor by which the serialiser makes an object.</summary>
internal static class JsonConstructor
{
    /// <summary>The one marked with [JsonConstructor], else the public one without parameters, else the only public one; else null.</summary>
    public static IMethodSymbol? Of(INamedTypeSymbol type)
    {
        var open = type.InstanceConstructors.Where(constructor => constructor.DeclaredAccessibility == Accessibility.Public).ToArray();
        return type.InstanceConstructors.FirstOrDefault(constructor => Attributes.Has(constructor, "JsonConstructorAttribute"))
            ?? Array.Find(open, constructor => constructor.Parameters.IsEmpty)
            ?? (open.Length == 1 ? open[0] : null);
    }

    /// <summary>Why a class cannot be made; null where it can.</summary>
    public static string? FaultOf(INamedTypeSymbol type)
    {
        if (Of(type) is not { } constructor)
        {
            return type.InstanceConstructors.Any(one => one.DeclaredAccessibility == Accessibility.Public)
                ? "has several public constructors, and none of them is marked with [JsonConstructor]"
                : "has no public constructor";
        }

        var stray = constructor.Parameters.FirstOrDefault(parameter => !HasMember(type, parameter));
        return stray is null ? null : $"has a constructor whose parameter '{stray.Name}' has no public property of that name and type";
    }

    private static bool HasMember(INamedTypeSymbol type, IParameterSymbol parameter) => JsonMembers.BasesOf(type).SelectMany(one => one.GetMembers())
        .Any(member => string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase) && member switch
        {
            IPropertySymbol property => Same(property.Type, parameter.Type),
            IFieldSymbol field => Same(field.Type, parameter.Type),
            _ => false,
        });

    private static bool Same(ITypeSymbol one, ITypeSymbol other) => SymbolEqualityComparer.Default.Equals(one, other);
}
