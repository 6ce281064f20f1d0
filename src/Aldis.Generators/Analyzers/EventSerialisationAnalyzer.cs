using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9006: events that JSON cannot carry. Looks at what is marked with [Event], and at what a bus is told of without the mark.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class EventSerialisationAnalyzer() : AldisAnalyzer(Rules.NotSerialisable)
{
    private const string FirstOfSeveral = "; it is taken for the event because it is the handler's first parameter and none is marked with [Event]";

    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
    {
        var seen = new ConcurrentDictionary<ITypeSymbol, bool>(SymbolEqualityComparer.Default);
        context.RegisterSymbolAction(symbol =>
        {
            if (aldis.IsEvent((INamedTypeSymbol)symbol.Symbol))
            {
                Report((INamedTypeSymbol)symbol.Symbol, symbol.ReportDiagnostic);
            }
        }, SymbolKind.NamedType);
        context.RegisterOperationAction(operation =>
        {
            var call = (IInvocationOperation)operation.Operation;
            foreach (var type in EventUse.Of(call, aldis).Select(use => use.Type).OfType<INamedTypeSymbol>())
            {
                if (!aldis.IsEvent(type) && type.Locations[0].IsInSource && seen.TryAdd(type, true))
                {
                    Report(type, operation.ReportDiagnostic, IsFirstOfSeveral(type, call, aldis) ? FirstOfSeveral : "");
                }
            }
        }, OperationKind.Invocation);
    }

    /// <summary>Whether a type is the event of a handler only because it comes first: it may be a service, before an event that is not marked.</summary>
    private static bool IsFirstOfSeveral(INamedTypeSymbol type, IInvocationOperation call, AldisSymbols aldis)
        => Registration.Of(call, aldis) is { Kind: HandlerKind.AnyShape, Method: { } handler } && HandlerShape.Event(handler) is { } @event
            && SymbolEqualityComparer.Default.Equals(@event.Type, type) && handler.Parameters.Count(one => !HandlerShape.IsSupplied(one)) > 1;

    private static void Report(INamedTypeSymbol type, Action<Diagnostic> report, string remark = "")
    {
        foreach (var fault in JsonShape.FaultsOf(type))
        {
            var place = fault.Member?.Locations[0] is { IsInSource: true } member ? member : type.Locations[0];
            report(Diagnostic.Create(Rules.NotSerialisable, place, type.Name, (fault.Member is null ? $"it {fault.Reason}" : fault.Reason) + remark));
        }
    }
}
