using System.Globalization;

namespace Aldis.Benchmarks;

/// <summary>Prints figures, and takes the middle of several runs: this is not the only work of the machine.</summary>
internal static class Figures
{
    public static void Print(string name, double value)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.###}"));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
