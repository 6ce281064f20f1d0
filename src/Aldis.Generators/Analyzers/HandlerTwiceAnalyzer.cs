using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9008: two handlers of one group for one event, in one class or said to one bus one after the other.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class HandlerTwiceAnalyzer() : AldisAnalyzer(Rules.HandlerTwice)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
    {
        context.RegisterSymbolAction(symbol => InClass((INamedTypeSymbol)symbol.Symbol, aldis, symbol.ReportDiagnostic), SymbolKind.NamedType);
        CallsOfBlock.Register(context, call => call.TargetMethod.Name is "Subscribe" or "MapEvent" or "AddHandlers", (calls, block) => InCode(calls, aldis, block));
    }

    private static void InClass(INamedTypeSymbol type, AldisSymbols aldis, Action<Diagnostic> report)
    {
        var first = new Dictionary<(string, ITypeSymbol), IMethodSymbol>();
        foreach (var (method, group, @event) in BusSubscription.OfClass(type, aldis))
        {
            var key = first.Keys.FirstOrDefault(one => one.Item1 == group && SymbolEqualityComparer.Default.Equals(one.Item2, @event));
            if (key.Item1 is null)
            {
                first.Add((group, @event), method);
            }
            else
            {
                report(Diagnostic.Create(Rules.HandlerTwice, method.Locations[0], first[key].Locations, group, @event.Name, first[key].Name));
            }
        }
    }

    private static void InCode(IEnumerable<IInvocationOperation> calls, AldisSymbols aldis, OperationBlockAnalysisContext block)
    {
        var before = new List<BusSubscription>();
        foreach (var one in calls.SelectMany(call => BusSubscription.Of(call, aldis)))
        {
            if (before.Find(other => other.Call != one.Call && other.Collides(one) && Flow.IsSureBefore(other.Call, one.Call)) is { } first)
            {
                var line = first.Place.GetLineSpan().StartLinePosition.Line + 1;
                block.ReportDiagnostic(Diagnostic.Create(Rules.HandlerTwice, one.Place, [first.Place], one.Group, one.Event.Name, $"line {line}"));
            }

            before.Add(one);
        }
    }
}
