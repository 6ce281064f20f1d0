using System.Text.RegularExpressions;

namespace Aldis.Product.Tests;

/// <summary>The aphorisms stand in two programs of one file each, hidden, and are the same.</summary>
public sealed partial class ZenTextTests
{
    [Fact]
    public void Both_programs_hide_the_same_nineteen_aphorisms()
    {
        var button = Hidden("04-zen-button");
        Assert.Equal(button, Hidden("05-zen-web"));
        Assert.Equal(19, button.Length);
        Assert.Equal(19, button.Distinct().Count());
        Assert.Equal(Repository.Read("samples", "expected", "04-zen-button.txt").Trim().Split('\n'), button.Select(Turn));
    }

    /// <summary>The lines of the constant <c>Hidden</c> of a sample.</summary>
    private static string[] Hidden(string sample)
    {
        var match = Constant().Match(Repository.Read("samples", sample + ".cs"));
        Assert.True(match.Success, sample);
        return match.Groups[1].Value.Split('\n', StringSplitOptions.TrimEntries);
    }

    /// <summary>ROT13, by a table and not by the samples' arithmetic.</summary>
    private static string Turn(string line)
    {
        const string letters = "abcdefghijklmnopqrstuvwxyzabcdefghijklmABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM";
        return string.Concat(line.Select(letter => letters.IndexOf(letter) is >= 0 and var at ? letters[at + 13] : letter));
    }

    [GeneratedRegex("const string Hidden = \"\"\"\n(.*?)\n *\"\"\";", RegexOptions.Singleline)]
    private static partial Regex Constant();
}
