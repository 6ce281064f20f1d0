using System.Diagnostics;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "instances")]
public sealed class KilledInstanceTests
{
    private const int Instances = 2;

    [Fact]
    public async Task The_private_group_of_a_killed_process_is_gone_soon_and_holds_nothing_back()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        var rounds = Figures.Size(everyday: 2, full: 100);
        var (published, missed, slowest) = (0, 0, TimeSpan.Zero);
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("group", (_, _) => ValueTask.CompletedTask));
        for (var round = 0; round < rounds; round++)
        {
            VictimProcess[] victims = [.. Enumerable.Range(0, Instances).Select(_ => new VictimProcess("instance", file))];
            await Task.WhenAll(victims.Select(victim => victim.UntilAsync("ready")));
            var texts = Enumerable.Range(published, 50).Select(number => $"{number}").Append("stay").ToArray();
            foreach (var text in texts)
            {
                await bus.PublishAsync(new Noted(text));
            }

            published += texts.Length;
            await Task.WhenAll(victims.Select(victim => victim.UntilAsync("begun stay")));
            await bus.PublishAsync(new Noted("behind"));
            Assert.Equal(1 + Instances, Groups());
            Assert.NotEqual(0, Events());

            var said = await Task.WhenAll(victims.Select(victim => victim.KillAsync()));
            var killed = Stopwatch.GetTimestamp();
            missed += said.Sum(lines => texts.Except(lines.Select(line => line.Replace("begun ", "", StringComparison.Ordinal))).Count());
            await Until.TrueAsync(() => Groups() == 1 && Events() == 0);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(killed).Ticks));
            Array.ForEach(victims, victim => victim.Dispose());
        }

        Figures.Print("instances", $"kills {rounds * Instances}, events {published}, missed by an instance that ran {missed}, "
            + $"slowest until forgotten-ms {slowest.TotalMilliseconds:F0} (bound 2000)");
        Assert.Equal(0, missed);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(2));

        long Groups() => StoredEvents.Count(file, "SELECT count(*) FROM aldis_group");

        long Events() => StoredEvents.Count(file, "SELECT count(*) FROM aldis_event");
    }
}
