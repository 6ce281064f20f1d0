using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Aldis.Generators.Analyzers;

/// <summary>Where to point.</summary>
internal static class Places
{
    /// <summary>The name of what is called, and not the whole chain of calls before it.</summary>
    public static Location Name(IOperation operation) => operation.Syntax switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } => member.Name.GetLocation(),
        InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax member } => member.Name.GetLocation(),
        InvocationExpressionSyntax { Expression: var name } => name.GetLocation(),
        MemberAccessExpressionSyntax member => member.Name.GetLocation(),
        var syntax => syntax.GetLocation(),
    };
}
