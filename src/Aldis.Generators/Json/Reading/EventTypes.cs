using Aldis.Generators.Analyzers;
using Aldis.Generators.Handlers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Json;

/// <summary>
/// Finds the event types whose metadata an assembly has to bring: those it marks with [Event], and those it tells a bus of without the mark, or that it has
/// from an assembly that was compiled without the generator.
/// </summary>
internal static class EventTypes
{
    /// <summary>Whether a call may tell a bus of an event, by its name alone.</summary>
    public static bool IsCandidate(SyntaxNode node)
        => CallReader.NameOf(node) is "Subscribe" or "SubscribeBatch" or "MapEvent" or "AddHandlers" or "AddEvent" or "AddSchedule" or "AddCron" or "Carry" or "PublishAsync" or "Publish" or "Topic" or "Rows" or "Of";

    /// <summary>A type with the mark. One that is generic is a type only where it is used.</summary>
    public static IEnumerable<ITypeSymbol> Declared(INamedTypeSymbol type) => TableReader.IsGeneric(type) ? [] : [type];

    /// <summary>The events of a method with [Subscribe].</summary>
    public static IEnumerable<ITypeSymbol> OfHandler(IMethodSymbol handler, Compilation compilation)
        => AldisSymbols.Of(compilation) is { } aldis ? Undeclared(EventUse.OfHandler(handler, aldis), compilation) : [];

    /// <summary>The events that a call tells a bus of.</summary>
    public static IEnumerable<ITypeSymbol> OfCall(InvocationExpressionSyntax syntax, SemanticModel model, CancellationToken cancel)
        => AldisSymbols.Of(model.Compilation) is { } aldis && model.GetOperation(syntax, cancel) is IInvocationOperation call
            ? OfCall(call, aldis, model.Compilation)
            : [];

    /// <inheritdoc cref="OfCall(InvocationExpressionSyntax, SemanticModel, CancellationToken)"/>
    public static IEnumerable<ITypeSymbol> OfCall(IInvocationOperation call, AldisSymbols aldis, Compilation compilation)
        => Undeclared(EventUse.Of(call, aldis).Concat(OfClass(call.TargetMethod, aldis)), compilation);

    /// <summary>A class may have handlers from a generic base class, whose events show only here.</summary>
    private static IEnumerable<EventUse> OfClass(IMethodSymbol method, AldisSymbols aldis)
        => method is { Name: "AddHandlers", TypeArguments: [INamedTypeSymbol type] } && AldisSymbols.Is(method.ContainingType, aldis.Builder)
            ? ClassReader.Methods(type, Names.Subscribe).SelectMany(one => EventUse.OfHandler(one.Method, aldis))
            : [];

    /// <summary>Those that are not found by their mark.</summary>
    private static IEnumerable<ITypeSymbol> Undeclared(IEnumerable<EventUse> uses, Compilation compilation)
        => uses.Where(IsSure).Select(use => use.Type).Where(type => !IsDescribedByItsMark((INamedTypeSymbol)type, compilation));

    /// <summary>Behind an interface that is published is an event of another name; a type parameter is no type yet.</summary>
    private static bool IsSure(EventUse use) => use.Type is INamedTypeSymbol { SpecialType: SpecialType.None } type
        && (use.Kind != EventUseKind.Publishes || !type.IsAbstract)
        && !Types.PartsOf(type).Any(part => part.TypeKind is TypeKind.TypeParameter or TypeKind.Error);

    private static bool IsDescribedByItsMark(INamedTypeSymbol type, Compilation compilation)
        => type.IsMarked(Names.Event) && !TableReader.IsGeneric(type)
            && (SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly) || TableReader.HasTable(type.ContainingAssembly));
}
