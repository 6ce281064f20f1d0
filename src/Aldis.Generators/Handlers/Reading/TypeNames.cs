using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>How generated code names a type, and whether it can.</summary>
internal static class TypeNames
{
    public static string Of(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>The name as the runtime writes it: <c>Shop.Outer+Inner`1</c>.</summary>
    public static string MetadataOf(INamedTypeSymbol type)
    {
        return type.ContainingType is { } outer ? $"{MetadataOf(outer)}+{type.MetadataName}"
            : type.ContainingNamespace is { IsGlobalNamespace: false } space ? $"{space.ToDisplayString()}.{type.MetadataName}"
            : type.MetadataName;
    }

    /// <summary>Why a file of its own in this assembly cannot name the type; null if it can.</summary>
    public static string? Hidden(ITypeSymbol type, Compilation compilation) => type switch
    {
        ITypeParameterSymbol => $"{type} is a type parameter",
        IErrorTypeSymbol => $"{type} is not known",
        IDynamicTypeSymbol => "a type is dynamic",
        IPointerTypeSymbol or IFunctionPointerTypeSymbol => $"{type} is a pointer",
        IArrayTypeSymbol array => Hidden(array.ElementType, compilation),
        INamedTypeSymbol named => Hidden(named, compilation),
        _ => $"{type} has no name",
    };

    private static string? Hidden(INamedTypeSymbol type, Compilation compilation)
    {
        if (type.IsAnonymousType || type.Name.Length == 0)
        {
            return "a type has no name";
        }

        if (type.IsRefLikeType)
        {
            return $"{type} is a ref struct";
        }

        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (outer.IsFileLocal || !compilation.IsSymbolAccessibleWithin(outer, compilation.Assembly))
            {
                return $"{outer} is {(outer.IsFileLocal ? "file" : outer.DeclaredAccessibility.ToString().ToLowerInvariant())}, so that only a part of the project can name it";
            }

            if (outer.TypeArguments.Select(argument => Hidden(argument, compilation)).FirstOrDefault(why => why is not null) is { } hidden)
            {
                return hidden;
            }
        }

        return null;
    }
}
