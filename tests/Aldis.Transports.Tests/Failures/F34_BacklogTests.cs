using System.Globalization;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>What it measures is the memory of the whole process: it runs alone.</summary>
[CollectionDefinition(nameof(F34_BacklogTests), DisableParallelization = true)]
public sealed class F34_BacklogCollection;

[Collection(nameof(F34_BacklogTests))]
[Trait("Failure", "F34")]
public sealed class F34_BacklogTests
{
    private const int Batch = 1000;
    private const int MaxUnsettled = 64;
    private const long BodyBytes = 300;
    private const long Bound = MaxUnsettled * BodyBytes + (64 << 20);

    /// <summary>However many wait, what the process has in memory are those that its handlers have in their hands.</summary>
    [Fact]
    public async Task A_slow_consumer_does_not_fill_the_memory()
    {
        var events = Figures.Size(everyday: 20_000, full: 1_000_000);
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (handled, most) = (0, 0L);
        await using (var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("slow", async (_, context) =>
        {
            Interlocked.Increment(ref handled);
            await Task.Delay(10, context.Cancellation);
        }, new SubscriptionOptions { Concurrency = 1, MaxUnsettled = MaxUnsettled })))
        {
            var text = new string('x', (int)BodyBytes);
            for (var published = 0; published < events; published += Batch)
            {
                await Task.WhenAll(Enumerable.Range(0, Batch).Select(_ => bus.PublishAsync(new Noted(text)).AsTask()));
                if (published % (events / 10) == 0)
                {
                    most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
                }
            }

            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        var left = StoredEvents.Count(file, "SELECT (SELECT count(*) FROM aldis_event) + (SELECT count(*) FROM aldis_delivery)");
        Figures.Print("F34", string.Create(CultureInfo.InvariantCulture,
            $"events {events}, handled meanwhile {handled}, memory-grown-mb {most / 1048576.0:F1} (bound {Bound / 1048576.0:F1}), dropped {Math.Max(0, events - handled - left)}"));
        Assert.InRange(most, long.MinValue, Bound);
        Assert.True(handled + left >= events, $"{events - handled - left} are gone");
    }
}
