using System.Collections.Concurrent;
using System.Text.Json;
using Aldis.Tests.Support;
using Aldis.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Tests.Dispatch;

/// <summary>Handlers that take several events at a time.</summary>
public sealed class BatchTests
{
    private static readonly RetryPolicy _twice = new() { ImmediateRetries = 0, MaxAttempts = 2, FirstDelay = TimeSpan.FromSeconds(1), Jitter = 0 };

    private readonly ConcurrentQueue<string> _batches = new();
    private readonly ConcurrentQueue<string> _attempts = new();
    private Func<IReadOnlyList<OrderPlaced>, BatchContext, ValueTask> _handle = (_, _) => ValueTask.CompletedTask;

    [Fact]
    public async Task A_batch_begins_when_it_is_full_and_has_the_events_in_their_order()
    {
        await using var stage = await StartAsync(Of(4));
        await PublishAsync(stage, "1", "2", "3", "4", "5", "6", "7", "8");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 8, "two batches");
        Assert.Equal(["1 2 3 4", "5 6 7 8"], _batches);
        Assert.All(stage.Transport.Settlements, settlement => Assert.Equal(VerdictKind.Done, settlement.Verdict.Kind));
    }

    [Fact]
    public async Task A_batch_that_is_not_full_begins_when_its_first_event_has_waited_long_enough()
    {
        await using var stage = await StartAsync(Of(4, TimeSpan.FromSeconds(1)));
        await PublishAsync(stage, "1", "2");
        await stage.Time.RunOnAsync(9);
        Assert.Empty(_batches);
        await stage.UntilAsync(() => stage.Transport.Settled == 2, "the batch");
        Assert.Equal(["1 2"], _batches);
        await PublishAsync(stage, "3");
        await stage.UntilAsync(() => stage.Transport.Settled == 3, "the next one");
        Assert.Equal(["1 2", "3"], _batches);
    }

    [Fact]
    public async Task Without_a_wait_a_batch_is_what_came_while_the_one_before_was_handled()
    {
        var gate = new Gate();
        _handle = async (_, context) => await gate.PassAsync(context.Cancellation);
        await using var stage = await StartAsync(Of(5, TimeSpan.Zero));
        await PublishAsync(stage, "1");
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1, "the first");
        await PublishAsync(stage, "2", "3", "4", "5");
        await Clock.StandingStillUntilAsync(() => stage.Transport.MostUnsettled == 5, "the others");
        gate.Open();
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 5, "all");
        Assert.Equal("1", _batches.First());
        Assert.Equal("1 2 3 4 5", string.Join(' ', _batches));
        Assert.InRange(_batches.Count, 2, 3);
    }

    [Fact]
    public async Task Each_event_ends_as_the_handler_says_and_the_others_are_done()
    {
        _handle = (_, context) =>
        {
            if (context.Count == 5)
            {
                context.Retry(1, TimeSpan.FromSeconds(30), "not yet");
                context.Dead(2, "never");
                context.Fail(3, new TimeoutException("slow"));
            }

            return ValueTask.CompletedTask;
        };
        await using var stage = await StartAsync(Of(5) with { Retry = _twice with { ImmediateRetries = 1 } });
        await PublishAsync(stage, "1", "2", "3", "4", "5");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 5, "the batch");
        Assert.Equal(["1 2 3 4 5", "4"], _batches);
        var verdicts = stage.Transport.Settlements.ToDictionary(one => BusStage.Text(one.Delivery.Envelope.Body)[7..8], one => one.Verdict);
        Assert.Equal([("1", VerdictKind.Done), ("2", VerdictKind.Retry), ("3", VerdictKind.Dead), ("4", VerdictKind.Done), ("5", VerdictKind.Done)],
            verdicts.Select(one => (one.Key, one.Value.Kind)).Order());
        Assert.Equal(TimeSpan.FromSeconds(30), verdicts["2"].After);
        Assert.Equal("never", (await stage.DeadLetterAsync()).Reason);
        await stage.UntilAsync(() => stage.Transport.Settled == 6, "the one that was to come again");
        Assert.Equal(["1 2 3 4 5", "4", "2"], _batches);
        Assert.Equal("2:2", _attempts.Last());
    }

    [Fact]
    public async Task A_retry_without_a_time_comes_after_the_delay_of_the_policy_and_ends_with_its_attempts()
    {
        _handle = (_, context) =>
        {
            context.Retry(0);
            return ValueTask.CompletedTask;
        };
        await using var stage = await StartAsync(Of(1) with { Retry = _twice });
        await PublishAsync(stage, "1");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the first attempt");
        Assert.Equal(TimeSpan.FromSeconds(1), stage.Transport.Settlements.Single().Verdict.After);
        Assert.StartsWith("ALD1404: 2 attempts failed", (await stage.DeadLetterAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_a_batch_fails_each_event_is_tried_alone_so_that_one_bad_event_harms_no_other()
    {
        _handle = FailWhenThereIs("3");
        await using var stage = await StartAsync(Of(5) with { Retry = _twice });
        await PublishAsync(stage, "1", "2", "3", "4", "5");
        var letter = await stage.DeadLetterAsync();
        Assert.Equal(2, letter.Attempts);
        Assert.Contains("\"3\"", BusStage.Text(letter.Envelope.Body), StringComparison.Ordinal);
        await stage.UntilAsync(() => stage.Transport.Settled == 10, "the others");
        Assert.Equal(["1 2 3 4 5", "1", "2", "3", "4", "5"], [_batches.First(), .. _batches.Skip(1).Order()]);
        Assert.All(_attempts.Skip(5), attempt => Assert.EndsWith(":2", attempt, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 0)]
    public async Task No_event_dies_because_another_one_of_its_batch_was_bad(int attempts, int immediate)
    {
        _handle = FailWhenThereIs("3");
        await using var stage = await StartAsync(Of(5) with { Retry = _twice with { MaxAttempts = attempts, ImmediateRetries = immediate } });
        await PublishAsync(stage, "1", "2", "3", "4", "5");
        await stage.DeadLetterAsync();
        await stage.UntilAsync(() => stage.Transport.Settlements.Count(one => one.Verdict.Kind == VerdictKind.Done) == 4, "the good ones");
        Assert.Contains("\"3\"", BusStage.Text((await stage.DeadLetterAsync()).Envelope.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_that_is_never_retried_buries_only_the_event_that_fails_with_it_alone()
    {
        _handle = FailWhenThereIs("2", () => new ArgumentException("bad"));
        await using var stage = await StartAsync(Of(3) with { Retry = RetryPolicy.Default.Never<ArgumentException>() });
        await PublishAsync(stage, "1", "2", "3");
        var letter = await stage.DeadLetterAsync();
        Assert.StartsWith("ALD1412", letter.Reason, StringComparison.Ordinal);
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 3, "all, at once");
        Assert.Equal(1, letter.Attempts);
    }

    [Fact]
    public async Task What_the_handler_has_said_of_an_event_counts_though_it_throws_then()
    {
        _handle = (events, context) =>
        {
            if (events.Count > 1)
            {
                context.Dead(0, "bad");
                context.Dead(0, "worse");
                throw new InvalidOperationException("and now that");
            }

            return ValueTask.CompletedTask;
        };
        await using var stage = await StartAsync(Of(2) with { Retry = _twice });
        await PublishAsync(stage, "1", "2");
        Assert.Equal("worse", (await stage.DeadLetterAsync()).Reason);
        await stage.UntilAsync(() => stage.Transport.Settled == 3, "the other one");
        Assert.Equal(["1 2", "2"], _batches);
    }

    [Fact]
    public async Task A_batch_has_one_event_of_a_key_so_that_the_later_ones_wait_for_its_verdict()
    {
        _handle = (events, context) =>
        {
            if (events.Count == 3)
            {
                context.Retry(events.ToList().FindIndex(one => one.Id == "a1"), TimeSpan.FromSeconds(5));
            }

            return ValueTask.CompletedTask;
        };
        await using var stage = await StartAsync(Of(3, TimeSpan.FromSeconds(1)));
        await stage.Bus.PauseAsync("batches", BusStage.Cancel);
        foreach (var id in (string[])["a1", "a2", "b1", "a3", "c1", "b2"])
        {
            await stage.PublishAsync(new OrderPlaced(id), new PublishOptions { Key = id[..1] });
        }

        stage.Bus.Resume("batches");
        await Clock.StandingStillUntilAsync(() => !_batches.IsEmpty, "the first batch");

        await stage.UntilAsync(() => _batches.Sum(batch => batch.Split(' ').Length) == 7, "all events");
        Assert.Equal("a1 b1 c1", _batches.First());
        Assert.Equal(["a1", "a1", "a2", "a3"], string.Join(' ', _batches).Split(' ').Where(id => id[0] == 'a'));
        Assert.Equal(["b1", "b2"], string.Join(' ', _batches).Split(' ').Where(id => id[0] == 'b'));
        Assert.All(_batches, batch => Assert.Equal(batch.Split(' ').Length, batch.Split(' ').DistinctBy(id => id[0]).Count()));
    }

    [Fact]
    public async Task A_dead_letter_of_a_batch_holds_its_key()
    {
        _handle = (events, context) =>
        {
            if (events[0].Id == "a1")
            {
                context.Dead(0, "bad");
            }

            return ValueTask.CompletedTask;
        };
        await using var stage = await StartAsync(Of(2));
        foreach (var id in (string[])["a1", "b1", "a2", "c1"])
        {
            await stage.PublishAsync(new OrderPlaced(id), new PublishOptions { Key = id[..1] });
        }

        await stage.DeadLetterAsync();
        await stage.UntilAsync(() => string.Join(' ', _batches).Contains("c1", StringComparison.Ordinal), "the other keys");
        await stage.Time.RunOnAsync();
        Assert.DoesNotContain("a2", string.Join(' ', _batches), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_that_wait_for_one_of_their_key_do_not_wait_for_the_batch_to_fill()
    {
        await using var stage = await StartAsync(Of(100, TimeSpan.FromHours(1)));
        await stage.Bus.PauseAsync("batches", BusStage.Cancel);
        for (var number = 0; number < 20; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"), new PublishOptions { Key = "one" });
        }

        stage.Bus.Resume("batches");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled >= 19, "all but the last, which may wait for more");
        Assert.Equal(Enumerable.Range(0, 19).Select(number => $"{number}"), _batches.Take(19));
    }

    [Fact]
    public async Task As_many_batches_are_handled_at_a_time_as_the_group_says_and_no_more_events_are_held()
    {
        var gate = new Gate();
        _handle = async (_, context) => await gate.PassAsync(context.Cancellation);
        await using var stage = await StartAsync(Of(3) with { Concurrency = 2, MaxUnsettled = 8 });
        await PublishAsync(stage, [.. Enumerable.Range(10, 20).Select(number => $"{number}")]);
        await Clock.StandingStillUntilAsync(() => gate.Inside == 2, "two batches");
        await stage.Time.RunOnAsync();
        Assert.Equal(2, gate.MostInside);
        gate.Open();
        await stage.UntilAsync(() => stage.Transport.Settled == 20, "all");
        Assert.Equal(2, gate.MostInside);
        Assert.InRange(stage.Transport.MostUnsettled, 1, 8);
        Assert.All(_batches, batch => Assert.InRange(batch.Split(' ').Length, 1, 3));
        Assert.Equal(20, string.Join(' ', _batches).Split(' ').Distinct().Count());
    }

    [Fact]
    public async Task A_batch_is_no_larger_than_what_the_group_may_hold()
    {
        await using var stage = await StartAsync(Of(100, TimeSpan.FromHours(1)) with { MaxUnsettled = 4 });
        await PublishAsync(stage, "1", "2", "3", "4");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 4, "the batch");
        Assert.Equal(["1 2 3 4"], _batches);
    }

    [Fact]
    public async Task A_stop_waits_for_the_batches_that_are_begun_and_returns_the_rest_uncounted()
    {
        var gate = new Gate();
        _handle = async (_, context) => await gate.PassAsync(context.Cancellation);
        await using var stage = await StartAsync(Of(2));
        await PublishAsync(stage, "1", "2", "3", "4", "5");
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1 && stage.Transport.MostUnsettled == 5, "the first batch");
        var stopping = stage.Bus.StopAsync(CancellationToken.None).AsTask();
        gate.Open();
        await stage.Time.UntilAsync(stopping, "the bus to stop");
        Assert.Equal("1 2", _batches.First());
        var before = string.Join(' ', _batches).Split(' ').Length;
        await stage.StartAsync(bus => bus.SubscribeBatch<OrderPlaced>("batches", HandleAsync, Of(2)));
        await stage.UntilAsync(() => string.Join(' ', _batches).Split(' ').Length == 5, "the rest");
        Assert.All(_attempts.Skip(before), attempt => Assert.EndsWith(":1", attempt, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_being_gathered_when_the_bus_stops_is_handled_at_once()
    {
        await using var stage = await StartAsync(Of(100, TimeSpan.FromHours(1)));
        await PublishAsync(stage, "1", "2");
        await Clock.StandingStillUntilAsync(() => stage.Transport.MostUnsettled == 2, "two events");
        await stage.Bus.StopAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        await stage.StartAsync(bus => bus.SubscribeBatch<OrderPlaced>("batches", HandleAsync, Of(1)));
        await stage.UntilAsync(() => string.Join(' ', _batches).Split(' ').Length == 2, "both, before the stop or after it");
        Assert.All(_attempts, attempt => Assert.EndsWith(":1", attempt, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handler_that_is_cancelled_costs_no_attempt()
    {
        var gate = new Gate();
        _handle = async (_, context) => await gate.PassAsync(context.Cancellation);
        await using var stage = await StartAsync(Of(2));
        await PublishAsync(stage, "1", "2");
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1, "the batch");
        await stage.StopAsync(new CancellationToken(canceled: true));
        Assert.Empty(stage.Transport.Settlements);
        _handle = (_, _) => ValueTask.CompletedTask;
        await stage.StartAsync(bus => bus.SubscribeBatch<OrderPlaced>("batches", HandleAsync, Of(2)));
        await stage.UntilAsync(() => stage.Transport.Settled == 2, "both");
        Assert.Equal(["1:1", "2:1", "1:1", "2:1"], _attempts);
    }

    [Fact]
    public async Task A_pause_waits_for_the_events_that_are_in_a_batch()
    {
        await using var stage = await StartAsync(Of(100, TimeSpan.FromSeconds(1)));
        await PublishAsync(stage, "1", "2");
        await Clock.StandingStillUntilAsync(() => stage.Transport.MostUnsettled == 2, "two events");
        await stage.Time.UntilAsync(stage.Bus.PauseAsync("batches", BusStage.Cancel).AsTask(), "the pause");
        var handled = _batches.Count;
        await PublishAsync(stage, "3");
        await stage.Time.RunOnAsync(30);
        Assert.Equal(handled, _batches.Count);
        stage.Bus.Resume("batches");
        await stage.UntilAsync(() => string.Join(' ', _batches) == "1 2 3", "all");
    }

    [Fact]
    public async Task A_breaker_counts_the_events_and_stops_the_batches()
    {
        _handle = (_, _) => throw new TimeoutException("the database is away");
        await using var stage = await StartAsync(Of(4) with { Retry = _twice with { MaxAttempts = 9 }, Breaker = new CircuitBreaker { Last = 4, AtLeast = 4, OpenFor = TimeSpan.FromMinutes(1) } });
        await PublishAsync(stage, "1", "2", "3", "4");
        await Clock.StandingStillUntilAsync(() => stage.Bus.Troubles.Count > 0, "an open breaker");
        await stage.Time.RunOnAsync();
        Assert.Equal(["1 2 3 4"], _batches);
        _handle = (_, _) => ValueTask.CompletedTask;
        await stage.UntilAsync(() => stage.Transport.Settled == 8, "all");
        Assert.Empty(stage.Bus.Troubles);
    }

    [Fact]
    public async Task A_rate_limit_counts_the_events_of_batches()
    {
        await using var stage = await StartAsync(Of(10, TimeSpan.FromSeconds(1)) with { Rate = new RateLimit { Events = 2, Per = TimeSpan.FromSeconds(10), Burst = 2 } });
        await PublishAsync(stage, "1", "2", "3", "4");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 2, "what the burst lets through");
        await stage.Time.RunOnAsync(40);
        Assert.Equal(["1 2"], _batches);
        await stage.UntilAsync(() => stage.Transport.Settled == 4, "the others");
    }

    [Fact]
    public async Task A_copy_of_an_event_is_not_handled_again()
    {
        await using var stage = await StartAsync(Of(2, TimeSpan.FromSeconds(1)) with { Inbox = new InboxOptions() });
        var id = EventId.New(stage.Time);
        await stage.PublishAsync(new OrderPlaced("1"), new PublishOptions { Id = id });
        await stage.PublishAsync(new OrderPlaced("1"), new PublishOptions { Id = id });
        await stage.PublishAsync(new OrderPlaced("2"));
        await stage.UntilAsync(() => stage.Transport.Settled == 3, "all");
        Assert.Equal(["1", "2"], string.Join(' ', _batches).Split(' '));
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_no_harm_to_its_batch()
    {
        await using var stage = await StartAsync(Of(2));
        await PublishAsync(stage, "1");
        await stage.SendAsync(Envelopes.Of("orders.placed", "no JSON"));
        await PublishAsync(stage, "2");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 3, "all");
        Assert.Equal(["1 2"], _batches);
        Assert.StartsWith("ALD", (await stage.DeadLetterAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_published_on_an_event_goes_out_with_its_acknowledgement_and_not_when_it_fails()
    {
        _handle = (_, context) =>
        {
            for (var index = 0; index < context.Count; index++)
            {
                context[index].Publish(new OrderShipped(context[index].Id.ToString()));
            }

            context.Dead(1, "bad");
            return ValueTask.CompletedTask;
        };
        var shipped = new ConcurrentQueue<(string Id, string? Cause)>();
        await using var stage = await BusStage.StartedAsync(bus => bus.SubscribeBatch<OrderPlaced>("batches", HandleAsync, Of(2))
            .Subscribe<OrderShipped>("shipping", (order, context) =>
            {
                shipped.Enqueue((order.Id, context.Headers["causationid"]));
                return ValueTask.CompletedTask;
            }));
        var first = await stage.PublishAsync(new OrderPlaced("1"));
        await stage.PublishAsync(new OrderPlaced("2"));
        await stage.DeadLetterAsync();
        await stage.UntilAsync(() => !shipped.IsEmpty, "what was published");
        Assert.Equal([(first.ToString(), first.ToString())], shipped);
    }

    [Fact]
    public async Task A_batch_has_a_scope_of_services_and_the_steps_are_around_each_event()
    {
        var scopes = new ConcurrentQueue<object>();
        _handle = (_, context) =>
        {
            scopes.Enqueue(context.Services.GetRequiredService<Scoped>());
            Assert.Same(context.Services.GetRequiredService<Scoped>(), context[1].Services.GetRequiredService<Scoped>());
            return ValueTask.CompletedTask;
        };
        var steps = 0;
        await using var services = new ServiceCollection().AddScoped<Scoped>().BuildServiceProvider(validateScopes: true);
        await using var stage = await BusStage.StartedAsync(bus => bus.SubscribeBatch<OrderPlaced>("batches", HandleAsync, Of(2)).Use(next => context =>
        {
            Interlocked.Increment(ref steps);
            scopes.Enqueue(context.Services.GetRequiredService<Scoped>());
            return next(context);
        }), services);
        await PublishAsync(stage, "1", "2");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 2, "the batch");
        Assert.Equal((2, 3), (steps, scopes.Distinct().Count()));
        Assert.All(scopes, scope => Assert.True(((Scoped)scope).IsDisposed));
    }

    [Fact]
    public async Task What_is_said_after_the_handler_has_returned_is_refused()
    {
        BatchContext? kept = null;
        _handle = (_, context) =>
        {
            kept = context;
            Assert.Throws<ArgumentOutOfRangeException>(() => context.Dead(1, "there is none"));
            return ValueTask.CompletedTask;
        };
        await using var stage = await StartAsync(Of(1));
        await PublishAsync(stage, "1");
        await stage.UntilAsync(() => stage.Transport.Settled == 1, "the batch");
        Assert.Throws<InvalidOperationException>(() => kept!.Retry(0));
    }

    [Fact]
    public async Task The_bus_says_which_groups_handle_batches()
    {
        await using var stage = await StartAsync(Of(7));
        Assert.Contains("group batches x1 in batches of 7: orders.placed", stage.Bus.Describe(), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(stage.Bus.DescribeJson());
        Assert.Equal(7, json.RootElement.GetProperty("topics")[0].GetProperty("handlers")[0].GetProperty("batch").GetInt32());
    }

    [Fact]
    public async Task Options_of_batches_that_make_no_sense_are_refused()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => BusStage.StartedAsync(bus => bus
            .SubscribeBatch<OrderPlaced>("batches", HandleAsync, new SubscriptionOptions { Batch = new BatchOptions { MaxItems = 0, MaxWait = TimeSpan.FromSeconds(-1) } })
            .Subscribe<OrderPlaced>("single", (_, _) => ValueTask.CompletedTask, Of(2))));
        Assert.Equal(["BatchOptions.MaxItems is 0.", "BatchOptions.MaxWait is -00:00:01."], error.Faults.Select(fault => fault.What).Take(2));
        Assert.StartsWith("SubscriptionOptions.Batch is said for", error.Faults[2].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_said_for_the_group_holds_for_its_batches()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.SubscribeBatch<OrderPlaced>("batches", HandleAsync)
            .ForGroup("batches", Of(3, TimeSpan.FromHours(1))));
        await PublishAsync(stage, "1", "2", "3");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 3, "the batch");
        Assert.Equal(["1 2 3"], _batches);
    }

    private static SubscriptionOptions Of(int items, TimeSpan? wait = null) => new() { Batch = new BatchOptions { MaxItems = items, MaxWait = wait ?? TimeSpan.FromSeconds(20) } };

    private static Func<IReadOnlyList<OrderPlaced>, BatchContext, ValueTask> FailWhenThereIs(string id, Func<Exception>? error = null) => (events, _)
        => events.Any(one => one.Id == id) ? throw error?.Invoke() ?? new InvalidOperationException("bad") : ValueTask.CompletedTask;

    private Task<BusStage> StartAsync(SubscriptionOptions options)
        => BusStage.StartedAsync(bus => bus.SubscribeBatch<OrderPlaced>("batches", HandleAsync, options));

    private ValueTask HandleAsync(IReadOnlyList<OrderPlaced> events, BatchContext context)
    {
        _batches.Enqueue(string.Join(' ', events.Select(one => one.Id)));
        for (var index = 0; index < events.Count; index++)
        {
            _attempts.Enqueue($"{events[index].Id}:{context[index].Attempt}");
        }

        return _handle(events, context);
    }

    private static async Task PublishAsync(BusStage stage, params string[] ids)
    {
        foreach (var id in ids)
        {
            await stage.PublishAsync(new OrderPlaced(id));
        }
    }

    private sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
