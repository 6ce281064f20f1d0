using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Aldis.Generators.CodeFixes;

/// <summary>Calls as a fix changes them.</summary>
internal static class Calls
{
    /// <summary>The call with a token behind its arguments, by name where something before it was left out.</summary>
    public static InvocationExpressionSyntax WithToken(InvocationExpressionSyntax call, ExpressionSyntax token, SemanticModel model)
    {
        var argument = SyntaxFactory.Argument(token);
        return call.AddArgumentListArguments(TokenParameter(call, model) is { } name
            ? argument.WithNameColon(SyntaxFactory.NameColon(name).WithTrailingTrivia(SyntaxFactory.Space))
            : argument);
    }

    /// <summary>The function that a node stands in: a lambda, a local function or a method.</summary>
    public static SyntaxNode? Function(SyntaxNode node) => node.Ancestors()
        .FirstOrDefault(outer => outer is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax);

    /// <summary>The name of the token's parameter where an argument without a name would go to another one; else null.</summary>
    private static string? TokenParameter(InvocationExpressionSyntax call, SemanticModel model)
    {
        if (model.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
        {
            return null;
        }

        var arguments = call.ArgumentList.Arguments;
        var token = method.Parameters.FirstOrDefault(IsToken)
            ?? method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>()
                .First(twin => twin.Parameters.Length == method.Parameters.Length + 1 && IsToken(twin.Parameters[method.Parameters.Length]))
                .Parameters[method.Parameters.Length];
        return token.Ordinal == arguments.Count && arguments.All(argument => argument.NameColon is null) ? null : token.Name;
    }

    private static bool IsToken(IParameterSymbol parameter) => parameter.Type is { Name: "CancellationToken", ContainingNamespace.Name: "Threading" };
}
