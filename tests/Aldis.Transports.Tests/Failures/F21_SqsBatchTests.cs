using System.Collections.Concurrent;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.Sqs;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F21")]
public sealed class F21_SqsBatchTests
{
    private static readonly RetryPolicy _soon = new() { ImmediateRetries = 0, FirstDelay = TimeSpan.Zero };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_ten_events_of_which_three_fail_exactly_the_three_are_tried_again(bool fifo)
    {
        var rounds = Figures.Size(everyday: 1, full: 50);
        var options = await Queues.SharedAsync(fifo);
        var attempts = new ConcurrentDictionary<string, int>();
        await using (var bus = await EventBus.StartAsync(bus => bus.UseSqs(options).Subscribe<Noted>("readers", (noted, context) =>
        {
            attempts.AddOrUpdate(noted.Text, 1, (_, count) => count + 1);
            return noted.Text[^1] is '2' or '5' or '7' && context.Attempt == 1 ? throw new InvalidOperationException("not now") : ValueTask.CompletedTask;
        }, new SubscriptionOptions { Retry = _soon })))
        {
            for (var round = 0; round < rounds; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, 10).Select(number => bus.PublishAsync(new Noted($"{round}-{number}")).AsTask()));
            }

            await Until.TrueAsync(() => attempts.Values.Sum() >= 13 * rounds);
        }

        // What would come a third time has come by now: whoever leaves gives back what is left.
        await using var watch = await Queues.StartAsync(options, []);
        await Task.Delay(500);
        var (twice, more) = (attempts.Values.Count(count => count == 2), attempts.Values.Count(count => count > 2));
        Figures.Print("F21", $"sqs{(fifo ? " fifo" : "")}: batches of 10 {rounds}, failures {3 * rounds}, tried again {twice} (bound {3 * rounds}), others that came again {more}");
        Assert.Equal((3 * rounds, 0, 10 * rounds), (twice, more, attempts.Count));
        Assert.All(attempts.Where(one => one.Value == 2), one => Assert.Contains(one.Key[^1], "257"));
    }

    [Fact]
    public async Task An_event_whose_handler_takes_five_times_the_visibility_comes_to_nobody_else()
    {
        var options = await Queues.SharedAsync() with { Visibility = TimeSpan.FromSeconds(2) };
        var events = Figures.Size(everyday: 20, full: 200);
        var begun = new ConcurrentDictionary<string, int>();
        var done = 0;
        ValueTask<EventBus> StartAsync() => EventBus.StartAsync(bus => bus.UseSqs(options).Subscribe<Noted>("readers", async (noted, _) =>
        {
            begun.AddOrUpdate(noted.Text, 1, (_, count) => count + 1);
            await Task.Delay(5 * options.Visibility);
            Interlocked.Increment(ref done);
        }, new SubscriptionOptions { Concurrency = events }));

        await using var one = await StartAsync();
        await using var other = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, events).Select(number => one.PublishAsync(new Noted($"{number}")).AsTask()));
        await Until.TrueAsync(() => Volatile.Read(ref done) >= events);
        Figures.Print("F21", $"sqs: visibility s {options.Visibility.TotalSeconds:F0}, handlers of 5 x that {events}, second deliveries {begun.Values.Sum() - events} (bound 0)");
        Assert.Equal((events, events), (begun.Count, begun.Values.Sum()));
    }
}
