using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A handler that always throws on the events of one key, and handles the others.</summary>
[Trait("Failure", "F25")]
public sealed class F25_ThrowingHandlerTests : IDisposable
{
    private const int Attempts = 5;
    private const int Bad = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task Every_bad_event_is_tried_so_often_and_buried_and_the_other_keys_keep_their_rate(string transport)
    {
        var events = Figures.Size(everyday: 600, full: 4_000);
        var (without, with, wrong) = (TimeSpan.MaxValue, TimeSpan.MaxValue, 0);

        // Turn and turn about, and the best of each: the machine has other work as well, now and then a lot.
        for (var round = 0; round < 3 || (round < 10 && without / with < 0.95); round++)
        {
            without = Shorter(without, (await RunAsync(transport, events, bad: 0)).Took);
            var run = await RunAsync(transport, events, Bad);
            (with, wrong) = (Shorter(with, run.Took), wrong + run.Wrong);
        }

        var rate = without / with;
        Figures.Print("F25", $"{transport}: events {events}, bad {Bad}, attempts-each {Attempts}, wrongly-tried {wrong}, rate-of-the-others {rate:F3} (bound 0.95)");
        Assert.Equal(0, wrong);
        Assert.InRange(rate, 0.95, double.MaxValue);
    }

    /// <returns>How long the others took, and how many bad events were not tried as often as they should be and buried once.</returns>
    private async Task<(TimeSpan Took, int Wrong)> RunAsync(string transport, int events, int bad)
    {
        var tried = new ConcurrentDictionary<string, ConcurrentQueue<int>>();
        var (left, done) = (events, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
        var options = new SubscriptionOptions
        {
            Concurrency = 8,
            Retry = new RetryPolicy { MaxAttempts = Attempts, ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(20), Factor = 1, Jitter = 0 },
        };
        await using var bus = await EventBus.StartAsync(bus => (transport == "memory" ? bus.UseInMemory() : bus.UseSqlite(_folder.File($"{Guid.CreateVersion7()}.db")))
            .AddEvent<Noted>(key: noted => noted.Text).Subscribe<Noted>("readers", async (noted, context) =>
            {
                if (noted.Text.StartsWith("bad", StringComparison.Ordinal))
                {
                    tried.GetOrAdd(noted.Text, _ => new()).Enqueue(context.Attempt);
                    throw new InvalidOperationException("always");
                }

                // What takes time is the handler, not the machine: so the rate is that of the slots.
                await Task.Delay(5);
                if (Interlocked.Decrement(ref left) == 0)
                {
                    done.SetResult(Stopwatch.GetTimestamp());
                }
            }, options));
        await bus.PauseAsync("readers");
        var share = bad == 0 ? int.MaxValue : events / bad;
        for (var number = 0; number < events; number++)
        {
            await bus.PublishAsync(new Noted($"good {number % 100}"));
            if (number % share == share / 2)
            {
                await bus.PublishAsync(new Noted($"bad {number / share}"));
            }
        }

        var start = Stopwatch.GetTimestamp();
        bus.Resume("readers");
        var took = Stopwatch.GetElapsedTime(start, await done.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        List<DeadLetter> letters = [];
        await Until.TrueAsync(() => (letters = [.. bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable()]).Count >= bad);
        return (took, WrongOnes(tried, letters, bad));
    }

    private static int WrongOnes(ConcurrentDictionary<string, ConcurrentQueue<int>> tried, List<DeadLetter> letters, int bad)
    {
        var right = Enumerable.Range(0, bad).Count(number => tried.TryGetValue($"bad {number}", out var attempts)
            && attempts.SequenceEqual(Enumerable.Range(1, Attempts))
            && letters.Count(letter => letter.Envelope.Key == $"bad {number}" && letter.Attempts == Attempts) == 1);
        return (bad - right) + Math.Abs(letters.Count - bad);
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
