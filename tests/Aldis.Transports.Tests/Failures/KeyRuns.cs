namespace Aldis.Transports.Tests.Failures;

/// <summary>One run of a handler on an event of a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Number">Which event of the key, from 0.</param>
/// <param name="Begun">When it began.</param>
/// <param name="Ended">When it ended, or its process.</param>
/// <param name="IsCompleted">Whether the handler came to its end without an error.</param>
internal sealed record KeyRunOnce(string Key, int Number, long Begun, long Ended, bool IsCompleted);

/// <summary>
/// What order by key means to a handler that may run twice for an event:
/// no run of an event begins before a run of the event before it has completed; no two runs of a key overlap; and the last completed runs are in order,
/// so that whatever is repeated is repeated in order, too.
/// </summary>
internal static class KeyRuns
{
    public static string[] Violations(IEnumerable<KeyRunOnce> runs)
        => [.. runs.GroupBy(run => run.Key).SelectMany(key => Early(key).Concat(Overlapping(key)).Concat(LastOutOfOrder(key)))];

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
