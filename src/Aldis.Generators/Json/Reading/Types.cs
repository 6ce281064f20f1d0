using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aldis.Generators.Json;

/// <summary>Names and families of types.</summary>
internal static class Types
{
    private static readonly SymbolDisplayFormat _full = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.ExpandValueTuple);

    private static readonly SymbolDisplayFormat _metadata = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    private static readonly SymbolDisplayFormat _told = SymbolDisplayFormat.CSharpErrorMessageFormat
        .RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>A name is asked for many times while one compilation is read, and goes with its symbol.</summary>
    private static readonly ConditionalWeakTable<ITypeSymbol, string> _fullNames = new();

    private static readonly ConditionalWeakTable<ITypeSymbol, string> _plainNames = new();

    /// <summary>The name by which emitted code writes the type: one name for each type of the runtime.</summary>
    public static string FullName(this ITypeSymbol type)
        => type.TypeKind == TypeKind.Dynamic ? "object" : _fullNames.GetValue(type, static type => type.ToDisplayString(_full));

    /// <summary>The name without type arguments, for comparing with a well-known type.</summary>
    public static string PlainName(this ITypeSymbol type) => _plainNames.GetValue(type, static type => type.ToDisplayString(_metadata));

    /// <summary>Whether the type has this name, type arguments apart. Most types are told apart by the last word, which costs nothing.</summary>
    public static bool Is(this ITypeSymbol type, string plainName)
        => plainName.EndsWith(type.Name, StringComparison.Ordinal) && type.PlainName() == plainName;

    /// <summary>The name as a person writes it.</summary>
    public static string Told(this ISymbol symbol) => symbol.ToDisplayString(_told);

    public static string Escaped(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>The type and its bases, nearest first.</summary>
    public static IEnumerable<INamedTypeSymbol> BasesOf(ITypeSymbol? type)
    {
        for (var current = type as INamedTypeSymbol; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    /// <summary>The type and its type arguments, and theirs.</summary>
    public static IEnumerable<ITypeSymbol> PartsOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => [type, .. PartsOf(array.ElementType)],
        INamedTypeSymbol named => [type, .. named.TypeArguments.SelectMany(PartsOf), .. named.ContainingType is { } outer ? PartsOf(outer) : []],
        _ => [type],
    };

    /// <summary>What a nullable value holds; null for any other type.</summary>
    public static ITypeSymbol? NullableOf(ITypeSymbol type)
        => type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : null;
}
