using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Aldis.Generators.Handlers;

/// <summary>Takes back the warnings of trimming and AOT at calls that would use reflection, where generated code takes their place.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReflectionSuppressor : DiagnosticSuppressor
{
    private const string Why = "Generated code takes the place of this call, and uses no reflection.";

    private static readonly SuppressionDescriptor _trimming = new("ALD9100", "IL2026", Why);

    private static readonly SuppressionDescriptor _aot = new("ALD9101", "IL3050", Why);

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [_trimming, _aot];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is { } tree && HandlerGenerator.IsAllowed(tree.Options) && IsReplaced(diagnostic, tree, context))
            {
                context.ReportSuppression(Suppression.Create(diagnostic.Id == _trimming.SuppressedDiagnosticId ? _trimming : _aot, diagnostic));
            }
        }
    }

    private static bool IsReplaced(Diagnostic diagnostic, SyntaxTree tree, SuppressionAnalysisContext context)
    {
        var node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
        return node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call && CallReader.IsCandidate(call)
            && CallReader.Read(call, context.GetSemanticModel(tree), context.CancellationToken)?.Model is not null;
    }
}
