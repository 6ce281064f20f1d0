using System.Text.RegularExpressions;

namespace Aldis.Product.Tests.Documents;

/// <summary>No page points at a file that is not there.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Every_link_to_a_file_leads_somewhere()
    {
        var dead = from page in Pages.All
                   from Match link in Link().Matches(File.ReadAllText(page))
                   let target = link.Groups[1].Value
                   where !target.Contains(':', StringComparison.Ordinal) && !target.StartsWith('#')
                   where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target.Split('#')[0]))
                   select $"{Path.GetRelativePath(Repository.Root, page)} -> {target}";
        Assert.Empty(dead);
    }

    [Fact]
    public void The_readme_is_short() => Assert.InRange(Repository.Read("README.md").Split('\n').Length, 1, 150);

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
