using System.Globalization;
using System.Runtime.InteropServices;

namespace Aldis.Benchmarks;

/// <summary>The figures of one benchmark: printed as they come, and written to its page among the results at the end.</summary>
/// <param name="benchmark">Its name, with which its figures begin.</param>
internal sealed class Figures(string benchmark)
{
    private readonly List<(string Name, double Value)> _all = [];

    public void Add(string name, double value) => AddNamed($"{benchmark}{name}", value);

    /// <summary>Adds a figure that does not begin with the benchmark's name.</summary>
    public void AddNamed(string name, double value)
    {
        _all.Add((name, value));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.###}"));
    }

    /// <summary>Writes a page with all figures.</summary>
    /// <param name="ratio">What the ratios mean.</param>
    public void WritePage(string ratio) => WritePage(
        ratio, [["figure", ""], .. _all.Select(figure => (string[])[figure.Name, Text(figure.Value)])]);

    /// <summary>Writes a page with tables, each of which begins with the row of its headings.</summary>
    public void WritePage(string ratio, params string[][][] tables) => File.WriteAllText(Path.Combine("benchmarks", "results", $"{benchmark}.md"), $"""
        # {benchmark}

        Made by `./bench {benchmark}` on {Machine}.
        {ratio} [How it is measured](README.md#{benchmark}).

        {string.Join("\n\n", tables.Select(Markdown))}

        """);

    /// <summary>A figure for people: three digits are enough.</summary>
    public static string Text(double value)
        => value.ToString(value < 10 ? "0.##" : value < 100 ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static string Machine => string.Join(", ",
        $"{Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture})", RuntimeInformation.OSDescription,
        $"kernel {Environment.OSVersion.Version.ToString(3)}", RuntimeInformation.FrameworkDescription);

    private static string Markdown(string[][] rows)
    {
        string[] alignment = [.. rows[0].Select((_, column) => column == 0 ? "---" : "---:")];
        return string.Join("\n", ((string[][])[rows[0], alignment, .. rows[1..]]).Select(row => $"| {string.Join(" | ", row)} |"));
    }
}
