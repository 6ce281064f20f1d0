using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9006: events that JSON cannot carry. Looks at what is marked with [Event], and at what a bus is told of without the mark.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class EventSerialisationAnalyzer() : AldisAnalyzer(Rules.NotSerialisable)
{
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
            foreach (var type in EventUse.Of((IInvocationOperation)operation.Operation, aldis).Select(use => use.Type).OfType<INamedTypeSymbol>())
            {
                if (!aldis.IsEvent(type) && type.Locations[0].IsInSource && seen.TryAdd(type, true))
                {
                    Report(type, operation.ReportDiagnostic);
                }
            }
        }, OperationKind.Invocation);
    }

    private static void Report(INamedTypeSymbol type, Action<Diagnostic> report)
    {
        foreach (var fault in JsonShape.FaultsOf(type))
        {
            var place = fault.Member?.Locations[0] is { IsInSource: true } member ? member : type.Locations[0];
            report(Diagnostic.Create(Rules.NotSerialisable, place, type.Name, fault.Member is null ? $"it {fault.Reason}" : fault.Reason));
        }
    }
}
