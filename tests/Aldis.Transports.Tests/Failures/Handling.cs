using System.Globalization;

namespace Aldis.Transports.Tests.Failures;

/// <summary>One handling of an event in a group, as the victim told it.</summary>
/// <param name="Group">The group.</param>
/// <param name="Text">The event's text.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Attempt">Which attempt it was.</param>
/// <param name="Begun">When it began.</param>
/// <param name="Ended">When it ended, or null where its process died first.</param>
/// <param name="Failed">Whether the handler threw.</param>
/// <param name="KilledAt">When its process was killed.</param>
internal sealed record Handling(string Group, string Text, string Id, int Attempt, long Begun, long? Ended, bool Failed, long KilledAt)
{
    /// <summary>What a victim of the kind <c>share</c> said.</summary>
    public static IEnumerable<Handling> Of(VictimProcess victim)
    {
        string[][] said;
        lock (victim.Said)
        {
            said = [.. victim.Said.Select(line => line.Split(' '))];
        }

        var open = new Dictionary<(string, string), Handling>();
        foreach (var line in said)
        {
            switch (line)
            {
                case ["begun", var group, var text, var attempt, var when, var id]:
                    open.Add((group, text), new Handling(group, text, id, int.Parse(attempt, CultureInfo.InvariantCulture), Time(when), null, false, victim.KilledAt));
                    break;
                case [("handled" or "failed") and var how, var group, var text, var when]:
                    open.Remove((group, text), out var begun);
                    yield return begun! with { Ended = Time(when), Failed = how == "failed" };
                    break;
            }
        }

        foreach (var begun in open.Values)
        {
            yield return begun;
        }
    }

    /// <summary>What is wrong with another handling of the same event after this one, or null.</summary>
    public string? WrongNext(Handling next)
    {
        // While the process lives, its lease holds: until its verdict is stored, or, after a failure, until the event is due again.
        var free = Failed ? Ended!.Value : KilledAt;
        if (next.Begun < free)
        {
            return $"{Group} {Text}: attempt {next.Attempt} began while attempt {Attempt} was held";
        }

        return next.Attempt > Attempt ? null : $"{Group} {Text}: attempt {next.Attempt} came after attempt {Attempt}";
    }

    private static long Time(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
