using System.Composition;
using Aldis.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Aldis.Generators.CodeFixes;

/// <summary>Awaits what a handler blocks for. Offered where the handler is asynchronous already: to make it so changes what its callers see.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class BlockingCallFix() : AldisFix(Rules.BlockingCall)
{
    protected override async Task OfferAsync(Place place)
    {
        if (Blocking(place.Node) is { } blocking && IsAsync(Calls.Function(blocking)) && await place.ModelAsync().ConfigureAwait(false) is { } model
            && Awaited(blocking, model.GetSymbolInfo(blocking).Symbol?.ContainingType.Name) is { } awaited)
        {
            place.Offer("Await it", editor => editor.ReplaceNode(blocking, Await(awaited, blocking)));
        }
    }

    /// <summary>The whole of what blocks: a call, or a property.</summary>
    private static ExpressionSyntax? Blocking(SyntaxNode node) => node.Parent switch
    {
        MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } member when call.Expression == member => call,
        MemberAccessExpressionSyntax member => member,
        _ => null,
    };

    private static bool IsAsync(SyntaxNode? function) => function switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.RawKind != 0,
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    /// <summary>What to await instead; null where there is no such thing.</summary>
    private static ExpressionSyntax? Awaited(ExpressionSyntax blocking, string? type) => blocking switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.Text: "Result", Expression: var task } => task,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: var name, Expression: var target } } call => name switch
        {
            "Wait" when type == "Task" && call.ArgumentList.Arguments.Count == 0 => target,
            "Wait" when type == "SemaphoreSlim" => SyntaxFactory.InvocationExpression(
                ((MemberAccessExpressionSyntax)call.Expression).WithName(SyntaxFactory.IdentifierName("WaitAsync")), call.ArgumentList),
            "GetResult" when target is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var task } } => task,
            "Sleep" when type == "Thread" => OfTask("Delay", call),
            "WaitAll" => OfTask("WhenAll", call),
            "WaitAny" => OfTask("WhenAny", call),
            _ => null,
        },
        _ => null,
    };

    private static InvocationExpressionSyntax OfTask(string method, InvocationExpressionSyntax call)
        => SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression,
            SyntaxFactory.ParseExpression("System.Threading.Tasks.Task").WithAdditionalAnnotations(Simplifier.Annotation),
            SyntaxFactory.IdentifierName(method)), call.ArgumentList);

    private static ExpressionSyntax Await(ExpressionSyntax awaited, ExpressionSyntax blocking)
    {
        ExpressionSyntax awaiting = SyntaxFactory.AwaitExpression(awaited.WithoutTrivia());
        return (blocking.Parent is ExpressionStatementSyntax or EqualsValueClauseSyntax ? awaiting : SyntaxFactory.ParenthesizedExpression(awaiting))
            .WithTriviaFrom(blocking).WithAdditionalAnnotations(Simplifier.Annotation, Formatter.Annotation);
    }
}
