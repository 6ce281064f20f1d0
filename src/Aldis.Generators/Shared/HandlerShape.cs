using Microsoft.CodeAnalysis;

namespace Aldis.Generators;

/// <summary>Which parameter of a method of any shape is its event, by the rules of HandlerShape in Aldis: for what is generated and for what is said about it.</summary>
internal static class HandlerShape
{
    private const string CancellationToken = "System.Threading.CancellationToken";
    private const string EventContext = "Aldis.EventContext";

    /// <summary>
    /// The parameter that is the event: the one whose type is marked with [Event], else the first that Aldis does not supply; null where there is none,
    /// or more than one that is marked.
    /// </summary>
    public static IParameterSymbol? Event(IMethodSymbol handler)
        => Marked(handler) is [_, ..] marked ? marked.Length == 1 ? marked[0] : null : handler.Parameters.FirstOrDefault(parameter => !IsSupplied(parameter));

    /// <summary>The parameters whose types are marked with [Event]. A reference to such a type is another type, and has no marks.</summary>
    public static IParameterSymbol[] Marked(IMethodSymbol handler)
        => [.. handler.Parameters.Where(parameter => parameter.RefKind == RefKind.None && parameter.Type.OriginalDefinition.IsMarked(Names.Event))];

    /// <summary>Whether Aldis supplies a parameter, and neither the event nor the services do.</summary>
    public static bool IsSupplied(IParameterSymbol parameter) => parameter.RefKind == RefKind.None && (IsContext(parameter.Type) || IsCancellation(parameter.Type));

    public static bool IsContext(ITypeSymbol type) => type.Is(EventContext);

    public static bool IsCancellation(ITypeSymbol type) => type.Is(CancellationToken);
}
