using Microsoft.CodeAnalysis;

namespace Aldis.Generators;

/// <summary>The names of what the generator knows by name.</summary>
internal static class Names
{
    public const string GeneratedNamespace = "Aldis.Generated";

    public const string Event = "Aldis.EventAttribute";
    public const string Subscribe = "Aldis.SubscribeAttribute";
    public const string Receives = "Aldis.ReceivesAttribute";
    public const string HandlerTable = "Aldis.Catalog.HandlerTableAttribute";

    public const string Bus = "global::Aldis.EventBusBuilder";
    public const string Context = "global::Aldis.EventContext";
    public const string Options = "global::Aldis.SubscriptionOptions";
    public const string Catalog = "global::Aldis.Catalog";
    public const string Services = "global::System.IServiceProvider";
    public const string Needed = "global::Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService";

    /// <summary>Whether a symbol is the one of a name: <c>Namespace.Type</c>, not nested, not generic.</summary>
    public static bool Is(this ITypeSymbol? type, string name)
        => type is INamedTypeSymbol { ContainingType: null, Arity: 0 } && IsNamed(type, name);

    /// <summary>Whether a generic type is the one of a name and number of parameters.</summary>
    public static bool Is(this ITypeSymbol? type, string name, int arity)
        => type is INamedTypeSymbol { ContainingType: null } named && named.Arity == arity && IsNamed(type, name);

    public static bool IsMarked(this ISymbol symbol, string attribute) => symbol.GetAttributes().Any(one => one.AttributeClass.Is(attribute));

    private static bool IsNamed(ITypeSymbol type, string name)
    {
        var dot = name.LastIndexOf('.');
        return type.Name.Length == name.Length - dot - 1 && name.EndsWith(type.Name, StringComparison.Ordinal)
            && type.ContainingNamespace.ToDisplayString() == name.Substring(0, dot);
    }
}
