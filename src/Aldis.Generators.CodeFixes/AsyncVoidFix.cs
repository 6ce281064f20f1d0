using System.Composition;
using Aldis.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Aldis.Generators.CodeFixes;

/// <summary>Lets an async void method return a task.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class AsyncVoidFix() : AldisFix(Rules.AsyncVoidHandler, Rules.AsyncVoidReceiver)
{
    protected override Task OfferAsync(Place place)
    {
        var returned = place.Node switch
        {
            MethodDeclarationSyntax method => method.ReturnType,
            LocalFunctionStatementSyntax local => local.ReturnType,
            _ => null,
        };
        if (returned is not null)
        {
            place.Offer("Return a Task", editor => editor.ReplaceNode(returned, SyntaxFactory.ParseTypeName("System.Threading.Tasks.Task")
                .WithTriviaFrom(returned).WithAdditionalAnnotations(Simplifier.Annotation)));
        }

        return Task.CompletedTask;
    }
}
