using System.Text;
using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>Which promises each transport has to keep, as a table in Markdown. What stands in it is what <see cref="ConformanceSuite"/> runs, no more and no less.</summary>
public static class ConformanceTable
{
    /// <summary>Makes the table.</summary>
    /// <param name="transports">The transports: the name of each, and what it declares.</param>
    /// <returns>A line for each scenario, with "yes" where a transport has to keep it and "–" where it does not declare the feature.</returns>
    public static string Of(params IReadOnlyList<(string Name, TransportFeatures Features)> transports)
    {
        ArgumentNullException.ThrowIfNull(transports);
        var table = new StringBuilder();
        Line(table, "Promise", transports.Select(transport => transport.Name));
        Line(table, "---", transports.Select(_ => ":-:"));
        foreach (var scenario in ConformanceSuite.Scenarios)
        {
            Line(table, scenario.Name, transports.Select(transport => scenario.Needs(transport.Features) ? "yes" : "–"));
        }

        Line(table, "**Promises to keep**", transports.Select(transport => $"{ConformanceSuite.Scenarios.Count(scenario => scenario.Needs(transport.Features))} of {ConformanceSuite.Scenarios.Count}"));
        return table.ToString();
    }

    private static void Line(StringBuilder table, string first, IEnumerable<string> others)
        => table.Append("| ").AppendJoin(" | ", others.Prepend(first)).Append(" |\n");
}
