using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Aldis.Generators.Analyzers;

/// <summary>What all analyzers have in common: they run at the same time, leave generated code alone, and do nothing where Aldis is not used.</summary>
/// <param name="rules">What the analyzer may say.</param>
internal abstract class AldisAnalyzer(params DiagnosticDescriptor[] rules) : DiagnosticAnalyzer
{
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. rules];

    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (AldisSymbols.Of(start.Compilation) is { } aldis)
            {
                Start(start, aldis);
            }
        });
    }

    /// <summary>Registers what the analyzer looks at, once per compilation.</summary>
    protected abstract void Start(CompilationStartAnalysisContext context, AldisSymbols aldis);
}
