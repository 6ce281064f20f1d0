using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>
/// ALD9013: a key or a delay where every transport that this compilation chooses says, by <c>[Lacks]</c> at its method, that it has none, and nothing chosen
/// here <c>[Supplies]</c> it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class MissingFeatureAnalyzer() : AldisAnalyzer(Rules.MissingFeature)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
    {
        if (aldis.Lacks is null)
        {
            return;
        }

        var used = new ConcurrentDictionary<IMethodSymbol, bool>(SymbolEqualityComparer.Default);
        var asked = new ConcurrentBag<FeatureUse>();
        context.RegisterOperationAction(operation =>
        {
            if (operation.Operation is IInvocationOperation call && IsSaidToBus(call, aldis))
            {
                used.TryAdd(call.TargetMethod.OriginalDefinition, true);
            }

            if (FeatureUse.Of(operation.Operation, aldis) is { } use)
            {
                asked.Add(use);
            }
        }, OperationKind.Invocation, OperationKind.SimpleAssignment);
        context.RegisterCompilationEndAction(end =>
        {
            foreach (var use in asked)
            {
                if (LackingTransport(use.Feature, used.Keys, aldis) is { } transport)
                {
                    end.ReportDiagnostic(Diagnostic.Create(Rules.MissingFeature, use.Place, use.What, use.Feature, transport));
                }
            }
        });
    }

    /// <summary>A call of a bus's builder, or of an extension of it, in the old manner or the new.</summary>
    private static bool IsSaidToBus(IInvocationOperation call, AldisSymbols aldis)
    {
        var method = call.TargetMethod;
        var to = method.IsExtensionMethod ? method.Parameters[0].Type : method.ContainingType.ExtensionParameter?.Type ?? method.ContainingType;
        return method.Name.StartsWith("Use", StringComparison.Ordinal) && AldisSymbols.Is(to, aldis.Builder);
    }

    /// <summary>The method that chooses a transport without the feature; null where there is none, or the feature may come from somewhere.</summary>
    private static string? LackingTransport(string feature, IEnumerable<IMethodSymbol> used, AldisSymbols aldis)
    {
        string? lacking = null;
        foreach (var method in used)
        {
            if (Names(method, aldis.Supplies).Contains(feature) || (IsTransport(method, aldis) && !Names(method, aldis.Lacks).Contains(feature)))
            {
                return null;
            }

            lacking = Names(method, aldis.Lacks).Contains(feature) ? method.Name : lacking;
        }

        return lacking;
    }

    /// <summary>Whether a method may choose a transport: what is not known to do something else.</summary>
    private static bool IsTransport(IMethodSymbol method, AldisSymbols aldis) => method.Name is not ("Use" or "UseJson") && !Names(method, aldis.Supplies).Any();

    private static IEnumerable<string> Names(IMethodSymbol method, INamedTypeSymbol? attribute)
        => Attributes.All(method, attribute).Select(Attributes.Text).OfType<string>();
}
