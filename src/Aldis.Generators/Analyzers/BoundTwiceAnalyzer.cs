using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9009: a callback that gets a second handler before the first could be called.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BoundTwiceAnalyzer() : AldisAnalyzer(Rules.BoundTwice)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
        => CallsOfBlock.Register(context, call => IsBind(call, aldis), Report);

    private static void Report(IReadOnlyList<IInvocationOperation> binds, OperationBlockAnalysisContext block)
    {
        for (var index = 1; index < binds.Count; index++)
        {
            var (first, second) = (binds[index - 1], binds[index]);
            if (Flow.IsSame(first.Instance, second.Instance) && Flow.IsSureBefore(first, second) && Operations.IsDropped(first) && Operations.IsDropped(second)
                && !IsUsedBetween(first, second, block))
            {
                block.ReportDiagnostic(Diagnostic.Create(Rules.BoundTwice, Places.Name(second), [Places.Name(first)], first.Instance!.Syntax.ToString()));
            }
        }
    }

    private static bool IsUsedBetween(IInvocationOperation first, IInvocationOperation second, OperationBlockAnalysisContext block)
        => block.OperationBlocks.SelectMany(one => one.DescendantsAndSelf()).Any(one => one.Syntax.SpanStart >= first.Syntax.Span.End
            && one.Syntax.Span.End <= second.Syntax.SpanStart && Flow.IsSame(one, first.Instance));

    private static bool IsBind(IInvocationOperation call, AldisSymbols aldis)
        => call.TargetMethod.Name == "Bind" && AldisSymbols.Is(call.TargetMethod.ContainingType, aldis.Callback);
}
