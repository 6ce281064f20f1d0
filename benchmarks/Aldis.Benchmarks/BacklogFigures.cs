using System.Diagnostics;

namespace Aldis.Benchmarks;

/// <summary>
/// What it costs when much is waiting: with so many events in the file before, as many again are published as are handled and settled at the time, and no handler runs ahead of the
/// publishers, so that the backlog stays. Each backlog has a file of its own, and they are measured in turn: how much slower one makes it is the
/// median of its pairs with the shortest of the same round.
/// </summary>
internal static class BacklogFigures
{
    private const int Events = 20_000;
    private const int Publishers = 64;
    private const int Fillers = 512;
    private const int Rounds = 5;

    private static readonly (string Name, int Size)[] _backlogs = [("1k", 1_000), ("10k", 10_000), ("100k", 100_000), ("1m", 1_000_000)];

    public static async Task AddAsync(Figures figures)
    {
        using var folder = new BenchFolder();
        foreach (var (name, size) in _backlogs)
        {
            await FillAsync(folder.File(name), size);
        }

        var rates = _backlogs.Select(_ => new double[Rounds]).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var backlog = 0; backlog < _backlogs.Length; backlog++)
            {
                rates[backlog][round] = await MeasureAsync(folder.File(_backlogs[backlog].Name));
            }
        }

        foreach (var (backlog, rate) in _backlogs.Zip(rates))
        {
            figures.Add($".backlog.{backlog.Name}.per_second", Figures.Median(rate));
        }

        figures.Add(".backlog.slowdown", rates.Max(rate => Figures.Median(rates[0].Zip(rate, (least, its) => least / its))));
    }

    private static ValueTask<EventBus> StartAsync(string file, Func<Task> handle)
        => EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Measured>("bench", (_, _) => new ValueTask(handle()), new SubscriptionOptions { MaxUnsettled = 1024 }));

    /// <summary>Without a handler: the group is in the file since a start before.</summary>
    private static async Task FillAsync(string file, int count)
    {
        await (await StartAsync(file, static () => Task.CompletedTask)).DisposeAsync();
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file));
        await PublishAsync(bus, count, Fillers, static () => { });
    }

    /// <summary>Events per second, published, handled and settled.</summary>
    private static async Task<double> MeasureAsync(string file)
    {
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var published = new SemaphoreSlim(0);
        var handled = 0;
        var bus = await StartAsync(file, async () =>
        {
            await published.WaitAsync();
            if (Interlocked.Increment(ref handled) == Events)
            {
                enough.SetResult();
            }
        });
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(PublishAsync(bus, Events, Publishers, () => published.Release()), enough.Task);
        var rate = Events / Stopwatch.GetElapsedTime(start).TotalSeconds;

        // A handler waits for an event that nobody publishes any more, and the bus for the handler.
        var closing = bus.DisposeAsync().AsTask();
        while (!closing.IsCompleted)
        {
            published.Release();
            await Task.WhenAny(closing, Task.Delay(1));
        }

        await closing;
        return rate;
    }

    private static Task PublishAsync(EventBus bus, int count, int publishers, Action published)
    {
        var text = new string('x', SqliteBenchmark.TextLength);
        return Task.WhenAll(Enumerable.Range(0, publishers).Select(async publisher =>
        {
            await Task.Yield();
            for (var number = publisher; number < count; number += publishers)
            {
                await bus.PublishAsync(new Measured(number, text));
                published();
            }
        }));
    }
}
