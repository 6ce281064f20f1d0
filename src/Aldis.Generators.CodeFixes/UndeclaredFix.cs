using System.Composition;
using Aldis.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Aldis.Generators.CodeFixes;

/// <summary>Marks a type with [Event].</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class UndeclaredFix() : AldisFix(Rules.Undeclared)
{
    protected override Task OfferAsync(Place place)
    {
        if (place.Diagnostic.AdditionalLocations is [{ IsInSource: true } declaration, ..])
        {
            place.OfferAt(declaration, "Mark it with [Event]", (editor, node) =>
            {
                if (node is TypeDeclarationSyntax type)
                {
                    editor.ReplaceNode(type, Marked(type));
                }
            });
        }

        return Task.CompletedTask;
    }

    private static TypeDeclarationSyntax Marked(TypeDeclarationSyntax type)
    {
        var mark = SyntaxFactory.Attribute(SyntaxFactory.ParseName("Aldis.EventAttribute").WithAdditionalAnnotations(Simplifier.Annotation));
        var list = SyntaxFactory.AttributeList([mark]).WithLeadingTrivia(type.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed);
        var (first, indent) = (type.GetFirstToken(), type.GetLeadingTrivia().Reverse().TakeWhile(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)));
        var bare = type.ReplaceToken(first, first.WithLeadingTrivia(indent));
        return bare.WithAttributeLists(bare.AttributeLists.Insert(0, list));
    }
}
