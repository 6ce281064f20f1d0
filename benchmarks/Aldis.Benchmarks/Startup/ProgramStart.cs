using System.Globalization;

namespace Aldis.Benchmarks.Startup;

/// <summary>What a program has said about its start.</summary>
/// <param name="MainMs">From its start to the first line of the program.</param>
/// <param name="FirstEventMs">From its start to its first handled event.</param>
/// <param name="WorkingSet">What it has in memory then, in bytes.</param>
internal sealed record ProgramStart(double MainMs, double FirstEventMs, long WorkingSet)
{
    public static ProgramStart Parse(string line)
    {
        var figures = line.Split(' ');
        return new ProgramStart(
            double.Parse(figures[0], CultureInfo.InvariantCulture), double.Parse(figures[1], CultureInfo.InvariantCulture),
            long.Parse(figures[2], CultureInfo.InvariantCulture));
    }
}
