using System.Collections.Concurrent;
using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Dispatch;

/// <summary>Order by key as a handler sees it.</summary>
public sealed class KeyOrderTests
{
    private static readonly RetryPolicy _twice = new() { ImmediateRetries = 0, MaxAttempts = 2, FirstDelay = TimeSpan.FromSeconds(1), Jitter = 0 };

    private readonly ConcurrentQueue<(string Id, int Attempt)> _begun = new();
    private readonly ConcurrentQueue<string> _handled = new();
    private readonly ConcurrentDictionary<string, int> _running = new();
    private volatile string? _broken;

    [Fact]
    public async Task With_32_workers_a_key_has_one_event_at_a_time_in_order_and_keys_run_side_by_side()
    {
        var (most, inside) = (0, 0);
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (order, context) =>
        {
            Assert.Equal(1, _running.AddOrUpdate(context.Key!, 1, (_, running) => running + 1));
            InterlockedMax(ref most, Interlocked.Increment(ref inside));
            await Task.Delay(1, CancellationToken.None);
            Interlocked.Decrement(ref inside);
            _running[context.Key!] = 0;
            _handled.Enqueue(order.Id);
        }, new SubscriptionOptions { Concurrency = 32, MaxUnsettled = 64 }));
        for (var number = 0; number < 400; number++)
        {
            await PublishAsync(stage, $"{(char)('a' + (number % 20))}{number:000}");
        }

        await stage.UntilAsync(() => _handled.Count == 400, "all events");
        AssertInOrder();
        Assert.Empty(await stage.DeadLettersAsync());
        Assert.InRange(most, 2, 20);
    }

    [Fact]
    public async Task An_event_that_is_tried_again_keeps_the_later_ones_of_its_key_back_and_no_others()
    {
        _broken = "a1";
        await using var stage = await StartAsync(new SubscriptionOptions { Concurrency = 4, Retry = _twice });
        await PublishAsync(stage, "a1", "a2", "b1", "a3", "b2");
        await Clock.StandingStillUntilAsync(() => _handled.Count == 2 && stage.Logs.Ids.Contains(202), "the other key, and the first failure");
        Assert.Equal(["b1", "b2"], _handled);
        _broken = null;
        await stage.UntilAsync(() => _handled.Count == 5, "all events");
        Assert.Equal(["b1", "b2", "a1", "a2", "a3"], _handled);
        Assert.Equal([("a1", 1), ("a1", 2), ("a2", 1), ("a3", 1)], _begun.Where(one => one.Id[0] == 'a'));
    }

    [Fact]
    public async Task A_dead_letter_parks_its_key_until_it_is_redriven()
    {
        _broken = "a1";
        await using var stage = await StartAsync(new SubscriptionOptions { Concurrency = 4, Retry = _twice });
        await PublishAsync(stage, "a1", "a2", "b1", "a3");
        await stage.DeadLetterAsync();
        await PublishAsync(stage, "a4", "b2");
        await stage.UntilAsync(() => _handled.Count == 2, "the other key");
        await stage.Time.RunOnAsync();
        Assert.Equal(["b1", "b2"], _handled);
        _broken = null;
        Assert.Equal(1, await stage.Bus.DeadLetters.RedriveAsync(DeadLetterFilter.All, BusStage.Cancel));
        await stage.UntilAsync(() => _handled.Count == 6, "all events");
        Assert.Equal(["a1", "a2", "a3", "a4"], _handled.Skip(2));
        Assert.All(_begun.Skip(3).Where(one => one.Id != "a1"), one => Assert.Equal(1, one.Attempt));
    }

    [Fact]
    public async Task A_dead_letter_parks_its_key_until_it_is_discarded()
    {
        _broken = "a1";
        await using var stage = await StartAsync(new SubscriptionOptions { Concurrency = 4, Retry = _twice });
        await PublishAsync(stage, "a1", "a2", "a3");
        await stage.DeadLetterAsync();
        Assert.Equal(1, await stage.Bus.DeadLetters.DiscardAsync(DeadLetterFilter.All, BusStage.Cancel));
        await stage.UntilAsync(() => _handled.Count == 2, "the later events");
        Assert.Equal(["a2", "a3"], _handled);
    }

    [Fact]
    public async Task Where_a_group_skips_its_dead_letters_the_later_events_go_on()
    {
        _broken = "a1";
        await using var stage = await StartAsync(new SubscriptionOptions { Concurrency = 4, Retry = _twice, WhenDead = WhenDead.Skip });
        await PublishAsync(stage, "a1", "a2", "a3");
        await stage.UntilAsync(() => _handled.Count == 2, "the later events");
        Assert.Equal(["a2", "a3"], _handled);
        Assert.Single(await stage.DeadLettersAsync());
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_a_key_leaves_the_rest_in_order_for_the_next_start()
    {
        var gate = new Gate();
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (order, context) =>
        {
            await gate.PassAsync(context.Cancellation);
            _handled.Enqueue(order.Id);
        }, new SubscriptionOptions { Concurrency = 4 }));
        await PublishAsync(stage, "a1", "a2", "a3");
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1 && stage.Transport.MostUnsettled == 3, "the first event");
        var stopping = stage.Bus.StopAsync(CancellationToken.None).AsTask();
        gate.Open();
        await stage.Time.UntilAsync(stopping, "the bus to stop");
        Assert.Equal(["a1"], _handled);

        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", HandleAsync, new SubscriptionOptions { Concurrency = 4 }));
        await stage.UntilAsync(() => _handled.Count == 3, "the rest");
        Assert.Equal(["a1", "a2", "a3"], _handled);
        Assert.Equal([("a2", 1), ("a3", 1)], _begun);
    }

    [Fact]
    public async Task One_worker_takes_events_as_they_come_whatever_their_keys()
    {
        await using var stage = await StartAsync(new SubscriptionOptions());
        string[] ids = [.. Enumerable.Range(0, 100).Select(number => $"{"ab-"[number * 7 % 3]}{number:000}")];
        await PublishAsync(stage, ids);
        await stage.UntilAsync(() => _handled.Count == 100, "all events");
        Assert.Equal(ids, _handled);
    }

    [Fact]
    public async Task While_the_verdict_that_blocks_a_key_is_not_stored_nothing_of_the_key_is_handled()
    {
        _broken = "a1";
        await using var stage = await StartAsync(new SubscriptionOptions { Concurrency = 4, Retry = _twice with { FirstDelay = TimeSpan.Zero, MaxAttempts = 99 } });
        stage.Transport.SettleError = Failures.Away;
        await PublishAsync(stage, "a1");
        await stage.UntilAsync(() => stage.Bus.Troubles.Count > 0, "trouble");
        await PublishAsync(stage, "a2", "a3");
        await stage.Time.RunOnAsync();
        Assert.Equal([("a1", 1)], _begun);
        _broken = null;
        stage.Transport.SettleError = null;
        await stage.UntilAsync(() => _handled.Count == 3, "all events");
        Assert.Equal(["a1", "a2", "a3"], _handled);
    }

    /// <summary>Receives are under way all the time while verdicts that block their keys are stored, so that some bring what is out of date.</summary>
    [Fact]
    public async Task Events_that_fail_again_and_again_at_random_are_never_overtaken()
    {
        var random = new Random(33);
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (order, context) =>
        {
            Assert.Equal(1, _running.AddOrUpdate(context.Key!, 1, (_, running) => running + 1));
            await Task.Yield();
            _running[context.Key!] = 0;
            bool fails;
            lock (random)
            {
                fails = random.Next(3) == 0;
            }

            if (fails)
            {
                throw new InvalidOperationException("as it happens");
            }

            _handled.Enqueue(order.Id);
        }, new SubscriptionOptions { Concurrency = 8, MaxUnsettled = 16, Retry = _twice with { FirstDelay = TimeSpan.Zero, MaxAttempts = int.MaxValue } }));
        for (var number = 0; number < 600; number++)
        {
            await PublishAsync(stage, $"{(char)('a' + (number % 5))}{number:000}");
        }

        await stage.UntilAsync(() => _handled.Count == 600, "all events");
        AssertInOrder();
        Assert.Contains(stage.Transport.Settlements, settlement => settlement.Verdict.Kind == VerdictKind.Return);
        Assert.Equal(600, _handled.Distinct().Count());
    }

    private void AssertInOrder()
        => Assert.All(_handled.GroupBy(id => id[0]), key => Assert.Equal(key.Order(StringComparer.Ordinal), key));

    private Task<BusStage> StartAsync(SubscriptionOptions options)
        => BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", HandleAsync, options));

    private ValueTask HandleAsync(OrderPlaced order, EventContext context)
    {
        _begun.Enqueue((order.Id, context.Attempt));
        if (_broken == order.Id)
        {
            throw new InvalidOperationException("broken");
        }

        _handled.Enqueue(order.Id);
        return ValueTask.CompletedTask;
    }

    /// <summary>The first letter is the key; a dash is none.</summary>
    private static async Task PublishAsync(BusStage stage, params string[] ids)
    {
        foreach (var id in ids)
        {
            await stage.PublishAsync(new OrderPlaced(id), new PublishOptions { Key = id[0] == '-' ? null : id[..1] });
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
