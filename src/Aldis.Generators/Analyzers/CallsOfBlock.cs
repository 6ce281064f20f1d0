using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>Gathers calls of a kind, member by member, for rules that compare one call with another.</summary>
internal static class CallsOfBlock
{
    /// <summary>Calls back for every member that has such calls, with all of them in the order in which they are made.</summary>
    /// <param name="context">The compilation.</param>
    /// <param name="isWanted">Which calls.</param>
    /// <param name="found">What to do with those of a member.</param>
    public static void Register(CompilationStartAnalysisContext context, Func<IInvocationOperation, bool> isWanted,
        Action<IReadOnlyList<IInvocationOperation>, OperationBlockAnalysisContext> found)
        => context.RegisterOperationBlockStartAction(block =>
        {
            var calls = new ConcurrentBag<IInvocationOperation>();
            block.RegisterOperationAction(operation =>
            {
                if (isWanted((IInvocationOperation)operation.Operation))
                {
                    calls.Add((IInvocationOperation)operation.Operation);
                }
            }, OperationKind.Invocation);

            // In a chain every call begins at the same place: the one that ends first is made first.
            block.RegisterOperationBlockEndAction(end => found([.. calls.OrderBy(call => call.Syntax.Span.End)], end));
        });
}
