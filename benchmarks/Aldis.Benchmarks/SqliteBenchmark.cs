using System.Diagnostics;

namespace Aldis.Benchmarks;

/// <summary>
/// The SQLite transport beside the raw engine, in turn, in one run. Each event is published (fsync), handled and settled (fsync); the raw side
/// inserts and deletes the same rows through Microsoft.Data.Sqlite with prepared commands, at the same durability (WAL, synchronous FULL), in
/// batches as large as there are publishers, since no more can be on their way at a time.
/// </summary>
internal static class SqliteBenchmark
{
    private const int BodyBytes = 200;
    private const int Rounds = 5;

    /// <summary>So that the body as JSON has about as many bytes.</summary>
    public static int TextLength { get; } = BodyBytes - """{"number":000000,"text":""}""".Length;

    public static async Task RunAsync()
    {
        var figures = new Figures("sqlite");
        await CompareAsync(figures, "", events: 40_000, publishers: 64);
        await CompareAsync(figures, ".single", events: 1_500, publishers: 1);
        await BacklogFigures.AddAsync(figures);
        await WakeFigures.AddAsync(figures);
        figures.WritePage("A ratio is our events per second over theirs: above 1 we are faster.");
    }

    private static async Task CompareAsync(Figures figures, string name, int events, int publishers)
    {
        await AldisAsync(events, publishers);
        RawSqlite.Run(events / 4, publishers, BodyBytes);
        var (ours, raw) = (new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            ours[round] = await AldisAsync(events, publishers);
            raw[round] = RawSqlite.Run(events, publishers, BodyBytes);
        }

        figures.Add($"{name}.publish_to_settled.per_second", Figures.Median(ours));
        figures.Add($"{name}.raw.per_second", Figures.Median(raw));
        figures.Add($"{name}.ratio_to_raw", Figures.Median(ours.Zip(raw, (our, its) => our / its)));
    }

    /// <summary>Events per second from the first publish until the last settlement is on the disk.</summary>
    private static async Task<double> AldisAsync(int events, int publishers)
    {
        using var folder = new BenchFolder();
        var text = new string('x', TextLength);
        var handled = 0;
        var bus = await EventBus.StartAsync(bus => bus.UseSqlite(folder.File("events.db")).Subscribe<Measured>("bench", (_, _) =>
        {
            Interlocked.Increment(ref handled);
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { MaxUnsettled = 1024 }));
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, publishers).Select(async publisher =>
        {
            await Task.Yield();
            for (var number = publisher; number < events; number += publishers)
            {
                await bus.PublishAsync(new Measured(number, text));
            }
        }));
        while (Volatile.Read(ref handled) < events)
        {
            await Task.Delay(1);
        }

        // The end of the bus waits until every settlement is stored.
        await bus.DisposeAsync();
        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

/// <summary>The event that is measured: about 200 bytes as JSON.</summary>
[Event("measured")]
internal sealed record Measured(int Number, string Text);
