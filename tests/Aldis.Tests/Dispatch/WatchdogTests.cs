using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

/// <summary>A group that holds events and settles none for too long is told of, with what its handlers do.</summary>
public sealed class WatchdogTests
{
    private readonly Gate _gate = new();

    [Fact]
    public async Task A_group_whose_handlers_do_not_end_is_in_trouble_after_five_minutes_and_not_before()
    {
        await using var stage = await BusyAsync(new SubscriptionOptions { Concurrency = 2 }, events: 7);
        stage.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Empty(stage.Bus.Troubles);
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        var fault = Assert.Single(stage.Bus.Troubles);
        Assert.Equal("ALD1415", fault.Code.Id);
        Assert.Equal("The group 'billing' makes no progress on 'orders.placed': it holds 7 deliveries and has settled none since 2026-01-01 00:00:00Z.", fault.What);
        Assert.Equal("2 handlers run, and none was begun for 00:05:00.", fault.Why);
        _gate.Open();
    }

    [Fact]
    public async Task It_is_logged_once_and_so_is_its_end()
    {
        await using var stage = await BusyAsync(new SubscriptionOptions(), events: 3);
        stage.Time.Advance(TimeSpan.FromMinutes(30));
        stage.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Single(stage.Logs.Ids, 125);
        Assert.Equal("Its one handler that runs was begun 01:00:00 ago.", Assert.Single(stage.Bus.Troubles).Why);
        _gate.Open();
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 3 && stage.Bus.Troubles.Count == 0, "no trouble");
        stage.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(stage.Logs.Ids, 126);
        Assert.Single(stage.Logs.Ids, 125);
    }

    [Fact]
    public async Task An_idle_group_is_well()
    {
        _gate.Open();
        await using var stage = await BusyAsync(new SubscriptionOptions(), events: 1, inside: 0);
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the event");
        await Clock.StandingStillUntilAsync(() => stage.Transport.Receives == 2, "a waiting receive");
        stage.Time.Advance(TimeSpan.FromDays(3));
        Assert.Empty(stage.Bus.Troubles);
        await stage.PublishAsync(new OrderPlaced("later"));
        Assert.Empty(stage.Bus.Troubles);
    }

    [Fact]
    public async Task A_group_that_settles_something_now_and_then_is_well()
    {
        var gates = new Queue<Gate>([new(), new(), new()]);
        var all = gates.ToArray();
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (_, _) => await gates.Dequeue().PassAsync()));
        for (var number = 0; number < 3; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        for (var number = 0; number < 3; number++)
        {
            await Clock.StandingStillUntilAsync(() => all[number].Inside == 1, "a busy handler");
            stage.Time.Advance(TimeSpan.FromMinutes(4));
            Assert.Empty(stage.Bus.Troubles);
            all[number].Open();
            await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == number + 1, "its verdict");
        }
    }

    [Fact]
    public async Task While_it_is_paused_no_time_counts_and_afterwards_it_begins_anew()
    {
        await using var stage = await BusyAsync(new SubscriptionOptions(), events: 2);
        stage.Time.Advance(TimeSpan.FromMinutes(4));
        using var done = new CancellationTokenSource();
        var pausing = stage.Bus.PauseAsync("billing", done.Token).AsTask();
        stage.Time.Advance(TimeSpan.FromMinutes(60));
        Assert.Empty(stage.Bus.Troubles);
        await done.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pausing);
        stage.Bus.Resume("billing");
        stage.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Empty(stage.Bus.Troubles);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(stage.Bus.Troubles);
        _gate.Open();
    }

    [Fact]
    public async Task A_slow_rate_is_no_trouble()
    {
        _gate.Open();
        var options = new SubscriptionOptions { Rate = new RateLimit { Events = 1, Per = TimeSpan.FromHours(1) }, MaxUnsettled = 9, Concurrency = 3 };
        await using var stage = await BusyAsync(options, events: 3, inside: 0);
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1 && stage.Transport.MostUnsettled >= 2, "the first");
        for (var minute = 1; minute < 60; minute++)
        {
            stage.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Empty(stage.Bus.Troubles);
        }

        Assert.Equal(1, stage.Transport.Settled);
    }

    [Fact]
    public async Task The_event_that_an_open_breaker_tries_is_watched_as_well()
    {
        var fails = true;
        var options = new SubscriptionOptions { Breaker = new CircuitBreaker { AtLeast = 1 }, Retry = new RetryPolicy { ImmediateRetries = 0 } };
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (_, context) =>
        {
            if (fails)
            {
                throw new TimeoutException();
            }

            await _gate.PassAsync(context.Cancellation);
        }, options));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Bus.Troubles.Count == 1, "an open breaker");
        fails = false;
        await stage.PublishAsync(new OrderPlaced("B"));
        await stage.UntilAsync(() => _gate.Inside == 1, "the one that is tried");
        Assert.Equal("ALD1414", Assert.Single(stage.Bus.Troubles).Code.Id);
        stage.Time.Advance(TimeSpan.FromMinutes(6));
        var fault = Assert.Single(stage.Bus.Troubles);
        Assert.Equal("ALD1415", fault.Code.Id);
        Assert.StartsWith("The one event that its open breaker tries has been in its handler for 00:0", fault.Why, StringComparison.Ordinal);
        _gate.Open();
    }

    [Fact]
    public async Task What_is_handled_and_not_stored_is_told_as_that()
    {
        var (stuck, settling) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask));
        stage.Transport.BeforeSettle = () =>
        {
            settling.TrySetResult();
            return stuck.Task;
        };
        await stage.PublishAsync(new OrderPlaced("A"));
        await settling.Task.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        stage.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("No handler runs: what was handled waits for its verdict to be stored.", Assert.Single(stage.Bus.Troubles).Why);
        stuck.SetResult();
        await Clock.StandingStillUntilAsync(() => stage.Bus.Troubles.Count == 0, "no trouble");
    }

    [Fact]
    public async Task It_can_be_switched_off_and_set()
    {
        await using var stage = await BusyAsync(new SubscriptionOptions { Watchdog = null }, events: 1);
        stage.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(stage.Bus.Troubles);
        _gate.Open();
        Assert.Single(new SubscriptionOptions { Watchdog = TimeSpan.Zero }.Validate());
        Assert.Single(new SubscriptionOptions { Watchdog = TimeSpan.FromDays(50) }.Validate());
        Assert.Empty(new SubscriptionOptions { Watchdog = TimeSpan.FromDays(49) }.Validate());
    }

    [Fact]
    public async Task A_loop_that_ends_by_itself_is_told_of_and_the_bus_is_not_alive()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask));
        Assert.True(stage.Bus.IsAlive);
        await Clock.StandingStillUntilAsync(() => stage.Transport.Receives == 1, "a waiting receive");

        // No transport does this: more deliveries than there was room for.
        stage.Transport.AddToReceived = 1_000;
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => !stage.Bus.IsAlive, "a loop that ends");
        var fault = Assert.Single(stage.Bus.Troubles);
        Assert.Equal(("ALD1416", "The group 'billing' is not served any more on 'orders.placed'."), (fault.Code.Id, fault.What));
        Assert.Contains(128, stage.Logs.Ids);
        await Record.ExceptionAsync(() => stage.StopAsync(CancellationToken.None));
        Assert.True(stage.Bus.IsAlive);
    }

    private async Task<BusStage> BusyAsync(SubscriptionOptions options, int events, int? inside = null)
    {
        var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (_, context) => await _gate.PassAsync(context.Cancellation), options));
        for (var number = 0; number < events; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await Clock.StandingStillUntilAsync(
            () => _gate.Inside == (inside ?? options.Concurrency) && (inside == 0 || stage.Transport.MostUnsettled == events), "busy handlers");
        return stage;
    }
}
