using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>
/// A handler that always throws for one key of a hundred. The rate of the other keys is measured with and without that key's events, in turn, in one run.
/// A machine that does something else meanwhile measures anything, so the everyday run allows for much.
/// </summary>
[Trait("Failure", "F25")]
public sealed class F25_BrokenKeyTests
{
    private const int Keys = 100;
    private const int Attempts = 5;
    private const string Broken = "k7";

    private static readonly double _bound = Figures.Size(everyday: 50, full: 95) / 100.0;
    private static readonly int _events = Figures.Size(everyday: 2_000, full: 20_000);
    private static readonly int _rounds = Figures.Size(everyday: 3, full: 9);

    [Fact]
    public Task A_key_whose_handler_always_throws_slows_no_other_in_a_SQLite_file()
        => CompareAsync("sqlite", (bus, folder) => bus.UseSqlite(folder.File($"{Guid.CreateVersion7():N}.db")));

    [Fact]
    public Task A_key_whose_handler_always_throws_slows_no_other_in_memory() => CompareAsync("in-memory", (bus, _) => bus.UseInMemory());

    private static async Task CompareAsync(string name, Action<EventBusBuilder, TemporaryFolder> transport)
    {
        using var folder = new TemporaryFolder();
        await RateAsync(bus => transport(bus, folder), withBroken: true);
        var ratios = new List<double>();
        for (var round = 0; round < _rounds; round++)
        {
            var without = await RateAsync(bus => transport(bus, folder), withBroken: false);
            ratios.Add(await RateAsync(bus => transport(bus, folder), withBroken: true) / without);
        }

        var ratio = ratios.Order().ElementAt(ratios.Count / 2);
        Figures.Print("F25", string.Create(CultureInfo.InvariantCulture,
            $"{name}: keys {Keys}, events {_events}, rounds {_rounds}, attempts {Attempts}, rate-of-the-others {ratio:P0} (bound {_bound:P0})"));
        Assert.InRange(ratio, _bound, double.MaxValue);
    }

    /// <summary>Events per second of the keys that are well.</summary>
    private static async Task<double> RateAsync(Action<EventBusBuilder> transport, bool withBroken)
    {
        var (handled, attempts) = (0, new ConcurrentQueue<string>());
        var options = new SubscriptionOptions
        {
            Concurrency = 8, MaxUnsettled = 128,
            Retry = new RetryPolicy { MaxAttempts = Attempts, ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(5) },
        };
        await using var bus = await EventBus.StartAsync(bus =>
        {
            transport(bus);
            bus.Subscribe<Noted>("readers", async (noted, context) =>
            {
                if (context.Key == Broken)
                {
                    attempts.Enqueue(noted.Text);
                    throw new InvalidOperationException("always");
                }

                await Task.Delay(1);
                Interlocked.Increment(ref handled);
            }, options);
        });
        int[] numbers = [.. Enumerable.Range(0, _events).Where(number => withBroken || number % Keys != 7)];
        var well = numbers.Count(number => number % Keys != 7);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(numbers.Chunk((numbers.Length / 16) + 1).Select(async part =>
        {
            foreach (var number in part)
            {
                await bus.PublishAsync(new Noted($"{number}"), new PublishOptions { Key = $"k{number % Keys}" });
            }
        }));
        await Until.TrueAsync(() => Volatile.Read(ref handled) == well, everyMs: 1);
        var rate = well / Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (withBroken)
        {
            await JudgeAsync(bus, attempts);
        }

        return rate;
    }

    /// <summary>Its first event was tried as often as was said, and is dead; nothing of the key came after it.</summary>
    private static async Task JudgeAsync(EventBus bus, ConcurrentQueue<string> attempts)
    {
        DeadLetter[] letters = [];
        await Until.TrueAsync(() => (letters = [.. bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable()]).Length > 0);
        await Task.Yield();
        Assert.Equal(Attempts, Assert.Single(letters).Attempts);
        Assert.Equal(Attempts, attempts.Count);
        Assert.Single(attempts.Distinct());
    }
}
