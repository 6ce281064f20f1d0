using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9009: a callback that gets a second handler before the first could be called.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BoundTwiceAnalyzer() : AldisAnalyzer(Rules.BoundTwice)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
        => context.RegisterOperationBlockAction(block =>
        {
            var all = block.OperationBlocks.SelectMany(one => one.DescendantsAndSelf()).ToArray();
            var binds = all.OfType<IInvocationOperation>().Where(call => IsBind(call, aldis)).OrderBy(call => call.Syntax.SpanStart).ToArray();
            for (var index = 1; index < binds.Length; index++)
            {
                var (first, second) = (binds[index - 1], binds[index]);
                if (Flow.IsSame(first.Instance, second.Instance) && Flow.IsSureBefore(first, second) && Operations.IsDropped(first) && Operations.IsDropped(second)
                    && !all.Any(one => IsBetween(one, first, second) && Flow.IsSame(one, first.Instance)))
                {
                    block.ReportDiagnostic(Diagnostic.Create(Rules.BoundTwice, Places.Name(second), [Places.Name(first)], first.Instance!.Syntax.ToString()));
                }
            }
        });

    private static bool IsBind(IInvocationOperation call, AldisSymbols aldis)
        => call.TargetMethod.Name == "Bind" && AldisSymbols.Is(call.TargetMethod.ContainingType, aldis.Callback);

    private static bool IsBetween(IOperation one, IOperation first, IOperation second)
        => one.Syntax.SpanStart >= first.Syntax.Span.End && one.Syntax.Span.End <= second.Syntax.SpanStart;
}
