using System.Composition;
using Aldis.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Aldis.Generators.CodeFixes;

/// <summary>Ends a connection with the block that it is made in, or says that it shall last.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class DroppedResultFix() : AldisFix(Rules.ResultDropped)
{
    protected override async Task OfferAsync(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call || await place.ModelAsync().ConfigureAwait(false) is not { } model)
        {
            return;
        }

        var whole = call.AncestorsAndSelf().OfType<ExpressionSyntax>().TakeWhile(one => one == call || one is ConditionalAccessExpressionSyntax).Last();
        if (whole.Parent is ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement)
        {
            place.Offer("End it with this block", editor => editor.ReplaceNode(statement, Using(statement, NameOf(call, model))));
        }

        // Whoever wrote one of these two wanted an end.
        if (model.GetSymbolInfo(call).Symbol?.Name is not ("Muted" or "ConnectedTo"))
        {
            place.Offer("Let it last", editor => editor.ReplaceNode(whole, Discarded(whole)));
        }
    }

    private static StatementSyntax Using(ExpressionStatementSyntax statement, string name)
    {
        var made = (LocalDeclarationStatementSyntax)SyntaxFactory.ParseStatement($"using var {name} = value;");
        return made.ReplaceNode(made.Declaration.Variables[0].Initializer!.Value, statement.Expression.WithoutLeadingTrivia())
            .WithSemicolonToken(statement.SemicolonToken).WithLeadingTrivia(statement.GetLeadingTrivia());
    }

    private static AssignmentExpressionSyntax Discarded(ExpressionSyntax call) => SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression,
        SyntaxFactory.ParseExpression("_").WithLeadingTrivia(call.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space),
        SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space), call.WithoutLeadingTrivia());

    /// <summary>A name that is free where the call stands.</summary>
    private static string NameOf(InvocationExpressionSyntax call, SemanticModel model)
    {
        var name = model.GetSymbolInfo(call).Symbol?.Name switch { "Subscribe" => "subscription", "Muted" => "mute", _ => "connection" };
        var taken = new HashSet<string>(
            call.SyntaxTree.GetRoot().DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.Text));
        return taken.Contains(name) ? Enumerable.Range(2, taken.Count).Select(number => $"{name}{number}").First(one => !taken.Contains(one)) : name;
    }
}
