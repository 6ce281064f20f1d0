using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Aldis.Tests.Rooms;

/// <summary>Finds every place where a room of the core uses a room that is not below it.</summary>
internal static class Staircase
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Threading; global using System.Threading.Tasks;
        """;

    /// <summary>From the lowest to the highest; the root stands above them all.</summary>
    private static readonly string[] _rooms =
        ["Errors", "Events", "Diagnostics", "Signals", "Transports", "Pipeline", "Catalog", "Dispatch", "Sources", ""];

    public static IReadOnlyList<string> Rooms => _rooms;

    /// <param name="sources">Each file with its path below the core's folder, with '/' between the parts.</param>
    public static IReadOnlyList<string> Violations(IEnumerable<(string Path, string Text)> sources)
    {
        var compilation = Compile(sources);
        return [.. compilation.SyntaxTrees.SelectMany(tree => Violations(tree, compilation.GetSemanticModel(tree))).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Sources with what every project of this product takes for granted.</summary>
    public static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> sources) => CSharpCompilation.Create("core",
        sources.Append(("usings", Usings)).Select(source => CSharpSyntaxTree.ParseText(source.Item2, path: source.Item1)), References(),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    private static IEnumerable<string> Violations(SyntaxTree tree, SemanticModel model)
    {
        var here = RoomOf(tree.FilePath);
        foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            foreach (var used in Files(model.GetSymbolInfo(name)))
            {
                var there = RoomOf(used);
                if (there != here && Rank(there) >= Rank(here))
                {
                    var line = tree.GetLineSpan(name.Span).StartLinePosition.Line + 1;
                    yield return $"{tree.FilePath}:{line} uses {name} of the room '{there}' ({used})";
                }
            }
        }
    }

    private static IEnumerable<string> Files(SymbolInfo info)
    {
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        return symbol is null or INamespaceSymbol or ILocalSymbol or IParameterSymbol or ITypeParameterSymbol
            ? []
            : symbol.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath);
    }

    private static string RoomOf(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : "";

    private static int Rank(string room) => Array.IndexOf(_rooms, room);

    private static IEnumerable<MetadataReference> References()
        => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Aldis", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
}
