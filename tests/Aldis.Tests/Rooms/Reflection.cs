using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Aldis.Tests.Rooms;

/// <summary>Finds every place that asks for members of a type while the program runs, or calls what does.</summary>
internal static class Reflection
{
    private static readonly string[] _marks = ["RequiresUnreferencedCodeAttribute", "RequiresDynamicCodeAttribute"];

    /// <param name="sources">Each file with its path.</param>
    public static IReadOnlyList<(string Path, string What)> Uses(IEnumerable<(string Path, string Text)> sources)
    {
        var compilation = Staircase.Compile(sources);
        return [.. compilation.SyntaxTrees.SelectMany(tree => Uses(tree, compilation.GetSemanticModel(tree)))];
    }

    private static IEnumerable<(string Path, string What)> Uses(SyntaxTree tree, SemanticModel model)
    {
        foreach (var node in tree.GetRoot().DescendantNodes().Where(node => node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax))
        {
            var info = model.GetSymbolInfo(node);
            if ((info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is { } symbol && IsReflection(symbol))
            {
                yield return (tree.FilePath, symbol.ToDisplayString());
            }
        }
    }

    private static bool IsReflection(ISymbol symbol) => symbol switch
    {
        INamespaceSymbol or IPropertySymbol { Name: "Name", ContainingType.Name: "MemberInfo" } => false,       // the name of a type is no more than a text
        _ when IsOf(symbol, "System.Reflection") || IsMarked(symbol) => true,
        ITypeSymbol => symbol.ToDisplayString() == "System.Activator",
        IMethodSymbol { MethodKind: MethodKind.Ordinary, ContainingType: var type, Name: not "ToString" } => type.ToDisplayString() is "System.Type" or "System.Activator",
        IPropertySymbol property => IsOf(property.Type, "System.Reflection"),
        _ => false,
    };

    private static bool IsOf(ISymbol symbol, string space) => symbol.ContainingNamespace?.ToDisplayString().StartsWith(space, StringComparison.Ordinal) == true;

    private static bool IsMarked(ISymbol symbol) => symbol.GetAttributes().Concat(symbol.ContainingType?.GetAttributes() ?? [])
        .Any(attribute => _marks.Contains(attribute.AttributeClass?.Name));
}
