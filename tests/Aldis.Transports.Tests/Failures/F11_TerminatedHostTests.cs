using System.Diagnostics;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F11")]
public sealed class F11_TerminatedHostTests
{
    private static readonly TimeSpan _shutdownTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _atOnce = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _stored = [];
    private readonly Dictionary<string, int> _handled = [];
    private int _highestAttempt;

    [Fact]
    public async Task A_host_that_is_told_to_stop_at_full_load_loses_nothing_and_releases_what_it_has_not_done()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        var stops = Figures.Size(everyday: 4, full: 100);
        var random = new Random(11);
        var (slowest, first, exits, leases) = (TimeSpan.Zero, TimeSpan.Zero, 0, 0L);
        for (var stop = 0; stop < stops; stop++)
        {
            using var victim = new VictimProcess("serve", file);
            await victim.UntilAsync("ready");
            var start = Stopwatch.GetTimestamp();
            await victim.UntilAsync("begun");
            first = Longer(first, Stopwatch.GetElapsedTime(start));
            await Task.Delay(random.Next(100, 600));
            var (took, exitCode) = await victim.TerminateAsync();
            (slowest, exits) = (Longer(slowest, took), exits + (exitCode == 0 ? 1 : 0));
            leases += StoredEvents.Count(file, "SELECT (SELECT count(*) FROM aldis_claim) + (SELECT count(*) FROM aldis_delivery WHERE state = 1)");
            Note(victim.Said);
        }

        await FinishAsync(file);
        var dead = StoredEvents.Count(file, "SELECT count(*) FROM aldis_delivery WHERE state IN (2, 4)");
        var lost = _stored.Count(text => !_handled.ContainsKey(text));
        var twice = _handled.Values.Count(times => times > 1);
        Figures.Print("F11", $"stops {stops}, events {_stored.Count}, lost {lost}, dead-lettered {dead}, handled-twice {twice}, clean-exits {exits}, "
            + $"slowest-exit-ms {slowest.TotalMilliseconds:F0} (bound {_shutdownTimeout.TotalMilliseconds:F0}), leases-left {leases}, "
            + $"highest-attempt {_highestAttempt}, first-event-ms {first.TotalMilliseconds:F0} (bound {_atOnce.TotalMilliseconds:F0})");
        Assert.True(_stored.Count > stops * 50, "there was no load");
        Assert.Equal((0, 0L, 0), (lost, dead, twice));
        Assert.Equal((stops, 0L, 1), (exits, leases, _highestAttempt));
        Assert.InRange(slowest, TimeSpan.Zero, _shutdownTimeout);
        Assert.InRange(first, TimeSpan.Zero, _atOnce);
    }

    /// <summary>The last one handles what is left of the others, until nothing more comes of theirs.</summary>
    private async Task FinishAsync(string file)
    {
        using var last = new VictimProcess("consume", file);
        var left = _stored.Where(text => !_handled.ContainsKey(text)).ToHashSet();
        var (reached, progress) = (int.MaxValue, Stopwatch.StartNew());
        while (left.Count > 0 && progress.Elapsed < TimeSpan.FromSeconds(20))
        {
            if (left.Count < reached)
            {
                (reached, progress) = (left.Count, Stopwatch.StartNew());
            }

            await Task.Delay(50);
            lock (last.Said)
            {
                left.ExceptWith(last.Said.Where(line => line.StartsWith("handled ", StringComparison.Ordinal)).Select(line => line["handled ".Length..]));
            }
        }

        Note(await last.KillAsync());
    }

    private void Note(IEnumerable<string> said)
    {
        foreach (var line in said.Select(line => line.Split(' ')))
        {
            switch (line)
            {
                case ["stored", var text]:
                    _stored.Add(text);
                    break;
                case ["begun", _, var attempt]:
                    _highestAttempt = Math.Max(_highestAttempt, int.Parse(attempt, System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case ["handled", var text]:
                    _handled[text] = _handled.GetValueOrDefault(text) + 1;
                    break;
            }
        }
    }

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
