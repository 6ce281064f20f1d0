using System.Globalization;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>
/// A disk that answers every n-th call of a kind with EIO, while fifty large events are published and handled, one after another; then it is well again. What a publish
/// was told has to be true: stored is stored, refused is not, and of the rest nobody may say either.
/// </summary>
[Trait("Failure", "F04")]
public sealed class F04_FailingDiskTests
{
    [Theory]
    [InlineData("fsync")]
    [InlineData("pwrite")]
    [InlineData("ftruncate")]
    [InlineData("pread")]
    public async Task What_was_acknowledged_is_there_and_all_works_again_afterwards(string kind)
    {
        Assert.SkipUnless(NativeTools.CanBeMade, "gcc is not installed");
        var sum = new Sum();
        foreach (var every in Steps(kind))
        {
            await RunAsync(kind, every, sum);
        }

        Figures.Print("F04", $"{kind}: {sum}");
        Assert.True(sum.IsSound, sum.ToString());
        Assert.True(sum.Met > 0, "no error reached the bus: the test proves nothing");
    }

    /// <summary>Each of the first, and then further and further apart, up to as many as there are calls.</summary>
    private static IEnumerable<int> Steps(string kind)
    {
        var (most, least) = kind switch { "fsync" => (180, 1), "pwrite" => (2500, 1), "ftruncate" => (12, 1), _ => (400, 2) };
        if (Figures.Size(everyday: 0, full: 1) == 0)
        {
            return kind == "pwrite" ? [3, 41] : kind == "fsync" ? [1, 4] : [least];
        }

        return Enumerable.Range(least, 20).Concat(Enumerable.Range(1, 20).Select(step => (int)(20 * Math.Pow(most / 20.0, step / 20.0)))).Where(every => every <= most).Distinct();
    }

    private static async Task RunAsync(string kind, int every, Sum sum)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        using var victim = VictimProcess.Within(NativeTools.Failing(folder.Path, kind, every), "steps", file);
        var said = await victim.EndAsync();
        var handled = Of(said, "handled").ToHashSet();
        var duplicates = Of(said, "handled").Count() - handled.Count;
        await using (var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("readers", (_, context) =>
        {
            lock (handled)
            {
                handled.Add($"{context.Id}");
            }

            return ValueTask.CompletedTask;
        })))
        {
            await Until.TrueAsync(() => StoredEvents.Count(file, """
                SELECT (SELECT count(*) FROM aldis_delivery) + (SELECT count(*) FROM aldis_claim) + (SELECT last - cursor FROM aldis_topic, aldis_group)
                """) == 0);
        }

        sum.Add(every, said, handled, duplicates, SqliteCare.Check(file).Faults);
    }

    private static IEnumerable<string> Of(IEnumerable<string> said, string word)
        => said.Where(line => line.StartsWith(word + " ", StringComparison.Ordinal)).Select(line => line[(word.Length + 1)..]);

    private sealed class Sum
    {
        private readonly List<string> _wrong = [];
        private int _runs;
        private int _stored;
        private int _lost;
        private int _refused;
        private int _refusedStored;
        private int _untyped;
        private int _unknown;
        private int _unknownStored;
        private int _unhealthy;
        private int _duplicates;
        private int _recovered;
        private int _reopened;
        private int _damaged;

        /// <summary>How often an error was met.</summary>
        public int Met { get; private set; }

        public bool IsSound => (_lost, _refusedStored, _untyped, _damaged, _reopened) == (0, 0, 0, 0, _runs);

        public void Add(int every, IReadOnlyList<string> said, HashSet<string> handled, int duplicates, IReadOnlyList<string> faults)
        {
            var (stored, unknown, refused) = (Of(said, "stored").ToArray(), Of(said, "unknown").ToArray(), Of(said, "refused").ToArray());
            var (lost, refusedStored, untyped) = (stored.Count(id => !handled.Contains(id)), refused.Count(handled.Contains), Of(said, "untyped").ToArray());
            var unhealthy = Of(said, "unhealthy").Sum(count => int.Parse(count, CultureInfo.InvariantCulture));
            _runs++;
            _stored += stored.Length;
            _lost += lost;
            _refused += refused.Length;
            _refusedStored += refusedStored;
            _untyped += untyped.Length;
            _unknown += unknown.Length;
            _unknownStored += unknown.Count(handled.Contains);
            _unhealthy += unhealthy > 0 ? 1 : 0;
            _duplicates += duplicates;
            _recovered += said.Contains("recovered") ? 1 : 0;
            _reopened += said.Contains("reopened") ? 1 : 0;
            _damaged += faults.Count > 0 ? 1 : 0;
            Met += unknown.Length + refused.Length + unhealthy + Of(said, "unopened").Count();
            if (lost + refusedStored + untyped.Length + faults.Count > 0 || !said.Contains("reopened"))
            {
                _wrong.Add($"every {every}: lost {lost}, refused and stored {refusedStored}, {string.Join("; ", untyped.Take(1).Concat(faults.Take(2)))}, last said {(said.Count > 0 ? said[^1] : "nothing")}");
            }
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"runs {_runs}, acknowledged {_stored}, acknowledged-lost {_lost}, unknown {_unknown} (of them stored {_unknownStored}), refused {_refused}, refused-but-stored {_refusedStored}, untyped {_untyped}, unhealthy-in-runs {_unhealthy}, handled-twice {_duplicates}, works-again {_recovered}, works-after-reopening {_reopened}, damaged {_damaged}")
            + string.Concat(_wrong.Take(5).Select(one => Environment.NewLine + "    " + one));
    }
}
