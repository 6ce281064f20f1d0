using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>Finds the handlers of a compilation: lambdas and methods that are given to somebody who calls them, and methods marked with [Subscribe] or [Receives].</summary>
internal static class Handlers
{
    /// <summary>Calls back for every handler, once, from any thread.</summary>
    public static void Register(CompilationStartAnalysisContext context, AldisSymbols aldis, Action<Handler, Action<Diagnostic>> found)
    {
        var seen = new ConcurrentDictionary<IMethodSymbol, bool>(SymbolEqualityComparer.Default);
        context.RegisterOperationBlockAction(block =>
        {
            if (block.OwningSymbol is IMethodSymbol method && MarkedKind(method, aldis) is { } kind && seen.TryAdd(method, true))
            {
                found(new Handler(method, block.OperationBlocks.FirstOrDefault(one => one is IBlockOperation), kind), block.ReportDiagnostic);
            }
        });
        context.RegisterOperationAction(operation =>
        {
            if (Registration.Of(operation.Operation, aldis) is { } registration && Of(registration, operation, aldis) is { } handler
                && (handler.Method.MethodKind == MethodKind.AnonymousFunction || seen.TryAdd(handler.Method, true)))
            {
                found(handler, operation.ReportDiagnostic);
            }
        }, OperationKind.Invocation, OperationKind.ObjectCreation);
    }

    /// <summary>Who calls a method by what it is marked with; null where it is not marked.</summary>
    private static HandlerKind? MarkedKind(IMethodSymbol method, AldisSymbols aldis) => Attributes.Find(method, aldis.Subscribe) is not null ? HandlerKind.AnyShape
        : Attributes.Find(method, aldis.Receives) is not null ? HandlerKind.Receiver
        : null;

    private static Handler? Of(Registration registration, OperationAnalysisContext context, AldisSymbols aldis) => registration.Given switch
    {
        IAnonymousFunctionOperation lambda => new Handler(lambda.Symbol, lambda.Body, registration.Kind),
        IMethodReferenceOperation { Method: var method } when MarkedKind(method, aldis) is null
            => new Handler(method.OriginalDefinition, Body(method.OriginalDefinition, context), registration.Kind),
        _ => null,
    };

    private static IOperation? Body(IMethodSymbol method, OperationAnalysisContext context)
    {
        if (method.DeclaringSyntaxReferences is not [var reference])
        {
            return null;
        }

        var syntax = reference.GetSyntax(context.CancellationToken);
        return (ModelOf(syntax.SyntaxTree, context)?.GetOperation(syntax, context.CancellationToken)) switch
        {
            IMethodBodyBaseOperation body => body.BlockBody ?? body.ExpressionBody,
            ILocalFunctionOperation local => local.Body,
            _ => null,
        };
    }

    /// <summary>A handler that lies in another file than the place that registers it is read by a model of its own: once, and there are few.</summary>
    private static SemanticModel? ModelOf(SyntaxTree tree, OperationAnalysisContext context)
    {
        if (tree == context.Operation.Syntax.SyntaxTree)
        {
            return context.Operation.SemanticModel;
        }

#pragma warning disable RS1030 // Do not invoke Compilation.GetSemanticModel() method within a diagnostic analyzer
        return context.Compilation.ContainsSyntaxTree(tree) ? context.Compilation.GetSemanticModel(tree) : null;
#pragma warning restore RS1030
    }
}
