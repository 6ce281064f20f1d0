using System.Text.RegularExpressions;

namespace Aldis.Product.Tests.Documents;

/// <summary>Every C# block in a document is code that the build compiles: it stands, line by line, in a sample or in a file of this project.</summary>
public sealed partial class SnippetTests
{
    public static TheoryData<string, string> Snippets
    {
        get
        {
            var snippets = new TheoryData<string, string>();
            foreach (var page in Pages.All)
            {
                foreach (Match block in Block().Matches(File.ReadAllText(page)))
                {
                    snippets.Add(Path.GetRelativePath(Repository.Root, page), block.Groups[1].Value);
                }
            }

            return snippets;
        }
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void A_snippet_is_compiled(string page, string snippet)
    {
        var wanted = Lines(snippet);
        var compiled = Directory.GetFiles(Repository.Folder("samples"), "*.cs").Concat(Repository.Sources(Repository.Folder("tests", "Aldis.Product.Tests")));
        Assert.True(compiled.Any(file => Contains(Lines(File.ReadAllText(file)), wanted)), $"{page} has code that no compiled file has:\n{snippet}");
    }

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool Contains(string[] lines, string[] wanted)
        => Enumerable.Range(0, Math.Max(0, lines.Length - wanted.Length + 1)).Any(start => lines.AsSpan(start, wanted.Length).SequenceEqual(wanted));
}
