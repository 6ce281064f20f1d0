using System.Diagnostics;

namespace Aldis.Benchmarks;

/// <summary>
/// What order by key costs. Events with a thousand keys beside events without any, in turn, in one run; and what a queue of a hundred thousand events
/// behind one dead letter does to the other keys, and how long it takes to drain.
/// </summary>
internal static class KeysBenchmark
{
    private const int Publishers = 64;
    private const int Rounds = 5;
    private const string Stuck = "stuck";

    private static readonly SubscriptionOptions _options = new() { Concurrency = 8, MaxUnsettled = 1024 };
    private static readonly string _text = new('x', 170);

    public static async Task RunAsync()
    {
        var figures = new Figures("keys");
        await CompareAsync(figures, ".memory", events: 200_000, (bus, _) => bus.UseInMemory(new InMemoryOptions { Capacity = 1_000_000 }));
        await CompareAsync(figures, ".sqlite", events: 40_000, (bus, folder) => bus.UseSqlite(folder.File("events.db")));
        await ParkAsync(figures, ".memory", parked: 100_000, others: 50_000, (bus, _) => bus.UseInMemory(new InMemoryOptions { Capacity = 1_000_000 }));
        await ParkAsync(figures, ".sqlite", parked: 100_000, others: 20_000, (bus, folder) => bus.UseSqlite(folder.File("events.db")));
        figures.WritePage("A ratio is the rate with keys over the rate without: at 1 they cost nothing.");
    }

    private static async Task CompareAsync(Figures figures, string name, int events, Action<EventBusBuilder, BenchFolder> transport)
    {
        await RateAsync(events / 4, transport, number => $"k{number % 1000}");
        var (without, with) = (new Reading[Rounds], new Reading[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            without[round] = await RateAsync(events, transport, static _ => null);
            with[round] = await RateAsync(events, transport, number => $"k{number % 1000}");
        }

        foreach (var (what, readings) in new[] { ("without_keys", without), ("thousand_keys", with) })
        {
            figures.Add($"{name}.{what}.per_second", Figures.Median(readings.Select(one => one.Rate)));
            figures.Add($"{name}.{what}.cpu_microseconds", Figures.Median(readings.Select(one => one.Microseconds)));
            figures.Add($"{name}.{what}.bytes", Figures.Median(readings.Select(one => one.Bytes)));
        }

        figures.Add($"{name}.thousand_keys.ratio", Figures.Median(without.Zip(with, (one, other) => other.Rate / one.Rate)));
    }

    /// <summary>From the first publish until the last settlement is stored.</summary>
    private static async Task<Reading> RateAsync(int events, Action<EventBusBuilder, BenchFolder> transport, Func<int, string?> key)
    {
        using var folder = new BenchFolder();
        var handled = 0;
        var bus = await EventBus.StartAsync(bus =>
        {
            transport(bus, folder);
            bus.Subscribe<Measured>("bench", (_, _) =>
            {
                Interlocked.Increment(ref handled);
                return ValueTask.CompletedTask;
            }, _options);
        });
        var (bytes, cpu, start) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await PublishAsync(bus, events, key);
        await UntilAsync(() => Volatile.Read(ref handled) == events);
        await bus.DisposeAsync();
        return new Reading(
            events / Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / events,
            (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)events);
    }

    private static async Task ParkAsync(Figures figures, string name, int parked, int others, Action<EventBusBuilder, BenchFolder> transport)
    {
        using var folder = new BenchFolder();
        var (other, stuck) = (0, 0);
        await using var bus = await EventBus.StartAsync(bus =>
        {
            transport(bus, folder);
            bus.Subscribe<Measured>("bench", (measured, context) =>
            {
                if (measured.Number < 0)
                {
                    throw new DeadLetterException("It holds its key.");
                }

                Interlocked.Increment(ref context.Key == Stuck ? ref stuck : ref other);
                return ValueTask.CompletedTask;
            }, _options);
        });
        var before = await OthersAsync();
        await bus.PublishAsync(new Measured(-1, _text), new PublishOptions { Key = Stuck });
        await UntilAsync(() => bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable().Any());
        await PublishAsync(bus, parked, _ => Stuck);
        await OthersAsync();
        var beside = await OthersAsync();
        var start = Stopwatch.GetTimestamp();
        await bus.DeadLetters.DiscardAsync(DeadLetterFilter.All);
        await UntilAsync(() => Volatile.Read(ref stuck) == parked);
        figures.Add($"{name}.parked.drained.seconds", Stopwatch.GetElapsedTime(start).TotalSeconds);
        figures.Add($"{name}.parked.drained.per_second", parked / Stopwatch.GetElapsedTime(start).TotalSeconds);
        figures.Add($"{name}.parked.others.ratio", beside / before);

        async Task<double> OthersAsync()
        {
            var (start, end) = (Stopwatch.GetTimestamp(), Volatile.Read(ref other) + others);
            await PublishAsync(bus, others, number => $"k{number % 1000}");
            await UntilAsync(() => Volatile.Read(ref other) == end);
            return others / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static Task PublishAsync(EventBus bus, int events, Func<int, string?> key)
        => Task.WhenAll(Enumerable.Range(0, Publishers).Select(async publisher =>
        {
            await Task.Yield();
            for (var number = publisher; number < events; number += Publishers)
            {
                await bus.PublishAsync(new Measured(number, _text), new PublishOptions { Key = key(number) });
            }
        }));

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(1);
        }
    }

    /// <summary>What a round has measured.</summary>
    /// <param name="Rate">Events per second.</param>
    /// <param name="Microseconds">The time that each takes on a processor, of all threads together: what else the machine does changes it little.</param>
    /// <param name="Bytes">What each allocates.</param>
    private readonly record struct Reading(double Rate, double Microseconds, double Bytes);
}
