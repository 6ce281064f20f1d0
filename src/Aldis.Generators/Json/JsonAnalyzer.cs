using System.Collections.Concurrent;
using System.Collections.Immutable;
using Aldis.Generators.Analyzers;
using Aldis.Generators.Handlers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Json;

/// <summary>Says which events are written and read by reflection, and why. Leaves alone what cannot be written at all: ALD9006 tells of that.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class JsonAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [HandlerRules.JsonByReflection];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (AldisSymbols.Of(start.Compilation) is { } aldis)
            {
                Start(start, aldis);
            }
        });
    }

    private static void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
    {
        var seen = new ConcurrentDictionary<ITypeSymbol, bool>(SymbolEqualityComparer.Default);
        var severity = IsReflectionLost(context.Options) ? DiagnosticSeverity.Warning : HandlerRules.JsonByReflection.DefaultSeverity;
        context.RegisterSymbolAction(symbol => Check(Marked((INamedTypeSymbol)symbol.Symbol, aldis), symbol.Symbol.Locations[0], symbol.Compilation, symbol.ReportDiagnostic),
            SymbolKind.NamedType);
        context.RegisterSymbolAction(symbol => Check(OfMethod((IMethodSymbol)symbol.Symbol, aldis, symbol.Compilation), symbol.Symbol.Locations[0], symbol.Compilation, symbol.ReportDiagnostic),
            SymbolKind.Method);
        context.RegisterOperationAction(call => Check(EventTypes.OfCall((IInvocationOperation)call.Operation, aldis, call.Compilation), call.Operation.Syntax.GetLocation(), call.Compilation, call.ReportDiagnostic),
            OperationKind.Invocation);

        void Check(IEnumerable<ITypeSymbol> types, Location place, Compilation compilation, Action<Diagnostic> report)
        {
            foreach (var type in types.Where(type => seen.TryAdd(type, true)).OfType<INamedTypeSymbol>())
            {
                if (JsonModel.Of(type, compilation).Faults is [var fault, ..] && !JsonShape.FaultsOf(type).Any())
                {
                    report(Diagnostic.Create(HandlerRules.JsonByReflection, type.Locations[0].IsInSource ? type.Locations[0] : place, severity, null, null, type.Name, fault.Type, fault.Reason));
                }
            }
        }
    }

    private static IEnumerable<ITypeSymbol> Marked(INamedTypeSymbol type, AldisSymbols aldis) => aldis.IsEvent(type) ? EventTypes.Declared(type) : [];

    private static IEnumerable<ITypeSymbol> OfMethod(IMethodSymbol method, AldisSymbols aldis, Compilation compilation)
        => Analyzers.Attributes.Find(method, aldis.Subscribe) is null ? [] : EventTypes.OfHandler(method, compilation);

    /// <summary>Whether the project is meant to be trimmed or compiled ahead of time: then nothing is found by reflection.</summary>
    private static bool IsReflectionLost(AnalyzerOptions options)
        => IsOn(options, "build_property.EnableAotAnalyzer") || IsOn(options, "build_property.EnableTrimAnalyzer");

    private static bool IsOn(AnalyzerOptions options, string property)
        => options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue(property, out var value) && bool.TryParse(value, out var isOn) && isOn;
}
