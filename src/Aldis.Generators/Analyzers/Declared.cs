using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>What a variable, field or property is given where it is declared.</summary>
internal static class Declared
{
    /// <summary>The value, or null where there is none, or it stands in another file.</summary>
    /// <param name="variable">A local variable, a field or a property.</param>
    /// <param name="use">Where it is used.</param>
    public static IOperation? Value(ISymbol variable, IOperation use)
    {
        if (variable.DeclaringSyntaxReferences is not [var reference] || reference.SyntaxTree != use.Syntax.SyntaxTree)
        {
            return null;
        }

        var value = reference.GetSyntax() switch
        {
            VariableDeclaratorSyntax { Initializer.Value: var given } => given,
            PropertyDeclarationSyntax { Initializer.Value: var given } => given,
            PropertyDeclarationSyntax { ExpressionBody.Expression: var given } => given,
            _ => null,
        };
        return value is null ? null : Unwrapped(use.SemanticModel!.GetOperation(value));
    }

    private static IOperation? Unwrapped(IOperation? operation) => operation is IConversionOperation conversion ? conversion.Operand : operation;
}
