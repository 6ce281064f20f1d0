using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>Whether a member gives and takes null, by its annotation and its attributes. Counts where the options respect it.</summary>
internal static class Nullability
{
    private const string Attributes = "System.Diagnostics.CodeAnalysis.";

    /// <summary>Whether what is read from the member may be null.</summary>
    public static bool Gives(ISymbol member, ITypeSymbol type)
        => !member.Has(Attributes + "NotNullAttribute") && (member.Has(Attributes + "MaybeNullAttribute") || MayBeNull(member, type));

    /// <summary>Whether the member may be set to null.</summary>
    public static bool Accepts(ISymbol member, ITypeSymbol type)
        => !member.Has(Attributes + "DisallowNullAttribute") && (member.Has(Attributes + "AllowNullAttribute") || MayBeNull(member, type));

    /// <summary>A value type that is not Nullable is left to the serializer, which knows. So is what a type parameter stands for.</summary>
    private static bool MayBeNull(ISymbol member, ITypeSymbol type)
        => type.IsValueType || type.NullableAnnotation != NullableAnnotation.NotAnnotated || DeclaredType(member) is ITypeParameterSymbol;

    private static ITypeSymbol? DeclaredType(ISymbol member) => member.OriginalDefinition switch
    {
        IPropertySymbol property => property.Type,
        IFieldSymbol field => field.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };
}
