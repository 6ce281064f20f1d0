using System.Composition;
using Aldis.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace Aldis.Generators.CodeFixes;

/// <summary>Passes the cancellation of a handler on; where it has none, lets it take a token first.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class CancellationFix() : AldisFix(Rules.TokenNotPassed, Rules.TokenNotTaken)
{
    private const string Name = "cancel";

    protected override async Task OfferAsync(Place place)
    {
        if (place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call || await place.ModelAsync().ConfigureAwait(false) is not { } model)
        {
            return;
        }

        if (place.Diagnostic.Properties.TryGetValue(CancellationAnalyzer.Source, out var source) && source is not null)
        {
            place.Offer($"Pass '{source}' on", editor => Pass(editor, call, source, model));
        }
        else if (Calls.Function(call) is { } function && Parameters(function) is { } parameters)
        {
            var name = parameters.Parameters.Any(parameter => parameter.Identifier.Text == Name) ? "cancellationToken" : Name;
            place.Offer("Take a CancellationToken and pass it on", editor =>
            {
                Pass(editor, call, name, model);
                editor.ReplaceNode(parameters, (node, _) => WithToken((ParameterListSyntax)node, name));
            });
        }
    }

    private static void Pass(DocumentEditor editor, InvocationExpressionSyntax call, string source, SemanticModel model)
        => editor.ReplaceNode(call, (node, _) => ((InvocationExpressionSyntax)node)
            .WithArgumentList(Calls.WithToken(call, SyntaxFactory.ParseExpression(source), model).ArgumentList));

    private static ParameterListSyntax? Parameters(SyntaxNode function) => function switch
    {
        ParenthesizedLambdaExpressionSyntax lambda => lambda.ParameterList,
        LocalFunctionStatementSyntax local => local.ParameterList,
        MethodDeclarationSyntax method => method.ParameterList,
        _ => null,
    };

    /// <summary>The parameters with a token before those that may be left out.</summary>
    private static ParameterListSyntax WithToken(ParameterListSyntax list, string name)
    {
        var token = SyntaxFactory.Parameter(SyntaxFactory.Identifier(name))
            .WithType(SyntaxFactory.ParseTypeName("System.Threading.CancellationToken").WithTrailingTrivia(SyntaxFactory.Space)
                .WithAdditionalAnnotations(Simplifier.Annotation));
        var place = list.Parameters.IndexOf(parameter => parameter.Default is not null);
        return list.WithParameters(list.Parameters.Insert(place < 0 ? list.Parameters.Count : place, token));
    }
}
