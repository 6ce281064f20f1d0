namespace Aldis.Transports.Tests.Failures;

/// <summary>One run of a handler on an event of a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Number">Which event of the key, from 0.</param>
/// <param name="Begun">When it began.</param>
/// <param name="Ended">When it ended, or its process.</param>
/// <param name="IsCompleted">Whether the handler came to its end without an error.</param>
/// <param name="By">Who ran it, for the message.</param>
internal sealed record KeyRunOnce(string Key, int Number, long Begun, long Ended, bool IsCompleted, string By = "");

/// <summary>
/// What order by key means to a handler that may run twice for an event:
/// no run of an event begins before a run of the event before it has completed; no two runs of a key overlap; and the last completed runs are in order,
/// so that whatever is repeated is repeated in order, too.
/// </summary>
internal static class KeyRuns
{
    public static string[] Violations(IEnumerable<KeyRunOnce> runs)
        => [.. runs.GroupBy(run => run.Key).SelectMany(key => Early(key).Concat(Overlapping(key)).Concat(LastOutOfOrder(key)))];

    /// <summary>The runs of the events around one that is named in a violation, for whoever has to find out why.</summary>
    public static string History(IEnumerable<KeyRunOnce> runs, string violation)
    {
        var about = violation.Split(' ')[0].Split('-');
        var number = int.Parse(about[1], System.Globalization.CultureInfo.InvariantCulture);
        var near = runs.Where(run => run.Key == about[0] && Math.Abs(run.Number - number) <= 2).OrderBy(run => run.Begun).ToArray();
        return string.Join(Environment.NewLine, near.Select(run =>
            $"  {(run.Begun - near[0].Begun) / 1e6,9:F2} to {(run.Ended - near[0].Begun) / 1e6,9:F2} ms: {run.Key}-{run.Number} {(run.IsCompleted ? "handled" : "failed")} {run.By}").Prepend(violation));
    }

    private static IEnumerable<string> Early(IEnumerable<KeyRunOnce> key)
    {
        var completed = key.Where(run => run.IsCompleted).GroupBy(run => run.Number).ToDictionary(runs => runs.Key, runs => runs.Min(run => run.Ended));
        return key.Where(run => run.Number > 0 && !(completed.TryGetValue(run.Number - 1, out var ended) && ended <= run.Begun))
            .Select(run => $"{run.Key}-{run.Number} began before the event before it had been handled");
    }

    private static IEnumerable<string> Overlapping(IEnumerable<KeyRunOnce> key)
    {
        KeyRunOnce[] runs = [.. key.OrderBy(run => run.Begun)];
        return runs.Zip(runs.Skip(1)).Where(pair => pair.Second.Begun < pair.First.Ended)
            .Select(pair => $"{pair.Second.Key}-{pair.Second.Number} began while {pair.First.Key}-{pair.First.Number} was being handled");
    }

    private static IEnumerable<string> LastOutOfOrder(IEnumerable<KeyRunOnce> key)
    {
        KeyRunOnce[] last = [.. key.Where(run => run.IsCompleted).GroupBy(run => run.Number).Select(runs => runs.MaxBy(run => run.Begun)!).OrderBy(run => run.Number)];
        return last.Zip(last.Skip(1)).Where(pair => pair.Second.Begun < pair.First.Ended)
            .Select(pair => $"{pair.First.Key}-{pair.First.Number} was handled for the last time after {pair.Second.Number} was");
    }
}
