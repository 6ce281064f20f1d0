using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9007: two events of one assembly that are the same on the wire. An event that is given another topic by <c>AddEvent</c> is left out.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class TopicAnalyzer() : AldisAnalyzer(Rules.TopicTaken)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
    {
        var events = new ConcurrentBag<INamedTypeSymbol>();
        var moved = new ConcurrentDictionary<ITypeSymbol, bool>(SymbolEqualityComparer.Default);
        context.RegisterSymbolAction(symbol =>
        {
            if (aldis.IsEvent((INamedTypeSymbol)symbol.Symbol))
            {
                events.Add((INamedTypeSymbol)symbol.Symbol);
            }
        }, SymbolKind.NamedType);
        context.RegisterOperationAction(operation =>
        {
            var call = (IInvocationOperation)operation.Operation;
            if (AldisSymbols.Is(call.TargetMethod.ContainingType, aldis.Builder) && call.TargetMethod is { Name: "AddEvent", TypeArguments: [var type] }
                && Operations.Given(call, "topic") is not null)
            {
                moved.TryAdd(type, true);
            }
        }, OperationKind.Invocation);
        context.RegisterCompilationEndAction(end =>
        {
            foreach (var same in events.Where(type => !moved.ContainsKey(type)).GroupBy(type => WireName.Of(type, aldis)).Where(same => same.Key is not null))
            {
                Report(end, same.Key!, [.. same.OrderBy(type => type.Locations[0].SourceTree?.FilePath, StringComparer.Ordinal)
                    .ThenBy(type => type.Locations[0].SourceSpan.Start)]);
            }
        });
    }

    private static void Report(CompilationAnalysisContext context, string name, INamedTypeSymbol[] types)
    {
        foreach (var type in types.Skip(1))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.TopicTaken, type.Locations[0], types[0].Locations, types[0].Name, type.Name, name));
        }
    }
}
