using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>Where code stands, for people, in the words of HandlerOrigin in Aldis.</summary>
internal static class Origin
{
    public static string Of(ISymbol symbol)
    {
        var isLambda = false;
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
        {
            isLambda = true;
            symbol = symbol.ContainingSymbol;
        }

        var type = symbol.ContainingType is { } outer ? TypeNames.MetadataOf(outer) : "";
        return $"{(isLambda ? "a lambda in " : "")}{type}.{NameOf(symbol)}";
    }

    /// <summary>The compiler calls the method of top-level statements <c>&lt;Main&gt;$</c>; what a field begins with is set in a constructor.</summary>
    private static string NameOf(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { MetadataName: "<Main>$" } => "Main",
        IFieldSymbol or IPropertySymbol => symbol.IsStatic ? ".cctor" : ".ctor",
        _ => symbol.MetadataName,
    };
}
