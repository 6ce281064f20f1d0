using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Tests.Analyzers;

public sealed partial class RuleTests
{
    [Fact]
    public void Every_rule_belongs_to_one_analyzer_and_no_number_is_missing()
    {
        var ids = AllAnalyzers.OfTable.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id).Order(StringComparer.Ordinal);
        Assert.Equal(AllAnalyzers.Rules.Select(rule => rule.Id), ids);
        Assert.Equal(Enumerable.Range(9001, AllAnalyzers.Rules.Length).Select(number => $"ALD{number}"), AllAnalyzers.Rules.Select(rule => rule.Id));
    }

    [Fact]
    public void A_fix_is_for_rules_that_exist()
        => Assert.Empty(AllAnalyzers.Fixes.SelectMany(fix => fix.FixableDiagnosticIds).Except(AllAnalyzers.Rules.Select(rule => rule.Id)));

    [Fact]
    public void The_page_has_a_section_for_each_rule_with_what_the_table_says_of_it()
    {
        foreach (var rule in AllAnalyzers.Rules)
        {
            var severity = rule.DefaultSeverity == DiagnosticSeverity.Info ? "suggestion" : rule.DefaultSeverity.ToString().ToLowerInvariant();
            var section = Section(rule.Id);
            Assert.StartsWith($"**{rule.Title}** ({severity}). {rule.Description}\n", section, StringComparison.Ordinal);
            Assert.Contains("\nTo suppress it: ", section, StringComparison.Ordinal);
            Assert.Equal($"docs/reference/diagnostics.md#{rule.Id.ToLowerInvariant()}", rule.HelpLinkUri);
            Assert.Equal(AllAnalyzers.Fixes.Any(fix => fix.FixableDiagnosticIds.Contains(rule.Id)), section.Contains("\nThe editor's mend", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_id_that_the_assembly_can_say_has_a_section_and_every_section_an_id()
        => Assert.Equal(AllAnalyzers.Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id).Distinct().Order(StringComparer.Ordinal),
            Headings().Select(heading => heading.Groups[1].Value));

    /// <summary>The examples of this page are wrong on purpose, so they are compiled here and not among the samples.</summary>
    [Fact]
    public async Task The_wrong_example_of_a_section_gets_its_rule_alone_and_the_right_one_nothing()
    {
        foreach (var rule in AllAnalyzers.Rules)
        {
            var (wrong, right) = (await SaidOfAsync(rule.Id, "Wrong"), await SaidOfAsync(rule.Id, "Right"));
            Assert.Equal([rule.Id], wrong.Select(one => one.Id));
            Assert.Empty(right.Select(one => $"{rule.Id}: {one}"));
        }
    }

    private static async Task<Diagnostic[]> SaidOfAsync(string id, string which)
    {
        var example = Regex.Match(Section(id), $"^{which}:\n\n```cs\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.True(example.Success, $"{id} has no example after '{which}:'.");
        return await AllAnalyzers.SaidAsync(Code.Compile(example.Groups[1].Value));
    }

    private static string Section(string id) => Page().Split($"\n## {id}\n\n") is [_, var rest]
        ? rest.Split("\n## ")[0]
        : throw new InvalidOperationException($"docs/reference/diagnostics.md has no section ## {id}.");

    private static MatchCollection Headings() => Heading().Matches(Page());

    private static string Page() => Repository.Read("docs", "reference", "diagnostics.md");

    [GeneratedRegex("^## (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
