using System.Diagnostics;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F02")]
public sealed class F02_KilledConsumerTests
{
    private const int Held = 32;

    [Fact]
    public async Task What_a_killed_consumer_held_is_handled_by_the_next_one_soon()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        var kills = Figures.Size(everyday: 8, full: 1000);
        var random = new Random(2);
        var handled = new Dictionary<string, int>();
        var slowest = TimeSpan.Zero;
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file));
        var published = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            for (var end = published + 60; published < end; published++)
            {
                await bus.PublishAsync(new Noted($"{published}"));
            }

            using var victim = new VictimProcess("consume", file);
            await victim.UntilAsync("ready");
            var start = Stopwatch.GetTimestamp();
            await victim.UntilAsync("handled");
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
            await Task.Delay(random.Next(0, 60));
            Note(await victim.KillAsync(), handled);
        }

        await FinishAsync(file, handled, published);
        var duplicates = handled.Values.Sum() - handled.Count;
        var dead = StoredEvents.Count(file, "SELECT count(*) FROM aldis_delivery WHERE state = 2");
        Figures.Print("F02", $"kills {kills}, events {published}, unprocessed {published - handled.Count}, dead-lettered {dead}, "
            + $"duplicates {duplicates} (bound {kills * Held}), slowest-recovery-ms {slowest.TotalMilliseconds:F0} (bound 2000)");
        Assert.Equal((published, 0), (handled.Count, dead));
        Assert.InRange(duplicates, 0, kills * Held);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    /// <summary>The last consumer is not killed before everything has been handled, or nothing more is.</summary>
    private static async Task FinishAsync(string file, Dictionary<string, int> handled, int published)
    {
        using var last = new VictimProcess("consume", file);
        var (reached, progress) = (-1, Stopwatch.StartNew());
        while (reached < published && progress.Elapsed < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(100);
            var all = new Dictionary<string, int>(handled);
            lock (last.Said)
            {
                Note(last.Said, all);
            }

            if (all.Count > reached)
            {
                (reached, progress) = (all.Count, Stopwatch.StartNew());
            }
        }

        Note(await last.KillAsync(), handled);
    }

    private static void Note(IEnumerable<string> said, Dictionary<string, int> handled)
    {
        foreach (var text in said.Where(line => line.StartsWith("handled ", StringComparison.Ordinal)).Select(line => line["handled ".Length..]))
        {
            handled[text] = handled.GetValueOrDefault(text) + 1;
        }
    }
}
