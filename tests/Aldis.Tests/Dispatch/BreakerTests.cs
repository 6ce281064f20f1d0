using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

/// <summary>A breaker stops a group whose handlers fail, tries one event after a while, and lets the rest go on when that succeeds.</summary>
public sealed class BreakerTests
{
    private static readonly CircuitBreaker _breaker = new() { Last = 4, AtLeast = 4, FailureShare = 0.5, OpenFor = TimeSpan.FromMinutes(1) };

    private static readonly RetryPolicy _later = new() { ImmediateRetries = 0, FirstDelay = TimeSpan.FromSeconds(50), MaxAttempts = 100, Factor = 1, Jitter = 0 };

    private readonly List<string> _handled = [];
    private Func<string, Exception?> _fails = _ => new TimeoutException("the printer is away");
    private Func<string, CancellationToken, Task> _waits = (_, _) => Task.CompletedTask;

    [Fact]
    public async Task When_enough_events_have_failed_nothing_more_is_begun_or_received_and_the_bus_says_so()
    {
        await using var stage = await OpenAsync();
        await stage.PublishAsync(new OrderPlaced("5"));
        var held = stage.Transport.MostUnsettled;
        await stage.Time.RunOnAsync(100);
        Assert.Equal(["1", "2", "3", "4"], _handled);
        Assert.Equal(held, stage.Transport.MostUnsettled);
        var fault = Assert.Single(stage.Bus.Troubles);
        Assert.Equal("ALD1414", fault.Code.Id);
        Assert.StartsWith("The breaker of the group 'billing' on 'orders.placed' is open since 2026-01-01 ", fault.What, StringComparison.Ordinal);
        Assert.Equal("4 of the last 4 events failed, the last with System.TimeoutException; one event is tried every 00:01:00.", fault.Why);
        Assert.Single(stage.Logs.Ids, 121);
    }

    [Fact]
    public async Task After_its_time_one_event_is_tried_and_when_it_succeeds_all_go_on()
    {
        await using var stage = await OpenAsync();
        var gate = new Gate();
        _fails = _ => null;
        _waits = (_, cancel) => gate.PassAsync(cancel);
        for (var number = 5; number < 15; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await stage.UntilAsync(() => gate.Inside == 1, "the one that is tried");
        await stage.Time.RunOnAsync();
        Assert.Equal(1, gate.MostInside);
        Assert.Single(stage.Bus.Troubles);
        gate.Open();
        await stage.UntilAsync(() => gate.Passed == 14, "all of them");
        Assert.Empty(stage.Bus.Troubles);
        Assert.Single(stage.Logs.Ids, 122);
    }

    [Fact]
    public async Task When_the_one_fails_its_time_begins_anew()
    {
        await using var stage = await OpenAsync();
        for (var round = 1; round <= 3; round++)
        {
            var before = stage.Time.GetUtcNow();
            await stage.UntilAsync(() => _handled.Count == 4 + round, "a trial");
            Assert.InRange(stage.Time.GetUtcNow() - before, TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(65));
            await Clock.StandingStillUntilAsync(() => stage.Logs.Ids.Count(id => id == 121) == 1 + round, "the breaker to open again");
        }
    }

    [Fact]
    public async Task An_event_that_is_itself_at_fault_says_nothing_and_the_next_is_tried()
    {
        await using var stage = await OpenAsync();
        _fails = id => id == "good" ? null : new DeadLetterException("This one can never be billed.");
        await stage.PublishAsync(new OrderPlaced("good"));
        await stage.UntilAsync(() => _handled.Contains("good"), "the good one");
        await Clock.StandingStillUntilAsync(() => stage.Logs.Ids.Contains(122), "the breaker to close");
        Assert.True(_handled.Count > 5, "the others were tried before");
    }

    [Fact]
    public async Task Dead_letters_for_the_events_own_sake_do_not_open_it()
    {
        _fails = _ => new DeadLetterException("This one can never be billed.");
        await using var stage = await StartAsync();
        for (var number = 0; number < 20; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await stage.UntilAsync(() => stage.Transport.Settled == 20, "all of them");
        Assert.Empty(stage.Bus.Troubles);
    }

    [Fact]
    public async Task Less_than_the_share_does_not_open_it()
    {
        var turn = 0;
        _fails = _ => ++turn % 4 == 0 ? new TimeoutException() : null;
        await using var stage = await StartAsync();
        for (var number = 0; number < 30; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await stage.UntilAsync(() => stage.Transport.Settled >= 30, "all of them");
        Assert.DoesNotContain(121, stage.Logs.Ids);
    }

    [Fact]
    public async Task What_was_begun_before_it_opened_says_nothing_about_what_came_after()
    {
        var slow = new Gate();
        _fails = id => id == "slow" ? null : new TimeoutException();
        _waits = (id, cancel) => id == "slow" ? slow.PassAsync(cancel) : Task.CompletedTask;
        await using var stage = await StartAsync(concurrency: 2);
        await stage.PublishAsync(new OrderPlaced("slow"));
        await Clock.StandingStillUntilAsync(() => slow.Inside == 1, "the slow one");
        for (var number = 1; number <= 4; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await stage.UntilAsync(() => stage.Bus.Troubles.Count == 1, "an open breaker");
        slow.Open();
        await Clock.StandingStillUntilAsync(() => slow.Passed == 1 && stage.Transport.Settled == 5, "the slow one to succeed");
        Assert.Single(stage.Bus.Troubles);
        Assert.DoesNotContain(122, stage.Logs.Ids);
    }

    [Fact]
    public async Task Said_for_a_group_it_is_that_of_all_its_topics_and_told_once()
    {
        var shipped = 0;
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", (_, _) => throw new TimeoutException())
            .Subscribe<OrderShipped>("billing", (_, _) =>
            {
                shipped++;
                return ValueTask.CompletedTask;
            })
            .ForGroup("billing", new SubscriptionOptions { Breaker = _breaker, Retry = _later }));
        for (var number = 1; number <= 4; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await stage.UntilAsync(() => stage.Bus.Troubles.Count == 1, "an open breaker");
        await stage.PublishAsync(new OrderShipped("A"));
        await stage.Time.RunOnAsync();
        Assert.Equal(0, shipped);
        Assert.StartsWith("The breaker of the group 'billing' is open", Assert.Single(stage.Bus.Troubles).What, StringComparison.Ordinal);
        await stage.UntilAsync(() => shipped == 1, "the other topic");
    }

    [Fact]
    public async Task A_bus_that_stops_does_not_wait_for_it_and_what_was_held_goes_back_untouched()
    {
        await using var stage = await OpenAsync();
        await stage.PublishAsync(new OrderPlaced("5"));
        await stage.StopAsync(CancellationToken.None);
        Assert.Equal(4, _handled.Count);
        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (order, context) =>
        {
            _handled.Add($"{order.Id} attempt {context.Attempt}");
            return ValueTask.CompletedTask;
        }));
        await stage.UntilAsync(() => _handled.Contains("5 attempt 1"), "what was held");
    }

    [Theory]
    [InlineData(0, 20, 10, 30, "FailureShare")]
    [InlineData(1.1, 20, 10, 30, "FailureShare")]
    [InlineData(double.NaN, 20, 10, 30, "FailureShare")]
    [InlineData(0.5, 20, 0, 30, "AtLeast")]
    [InlineData(0.5, 20, 21, 30, "AtLeast")]
    [InlineData(0.5, 20, 20, 0, "OpenFor")]
    [InlineData(0.5, 10_001, 20, 1, "Last")]
    public void Values_that_cannot_work_are_found(double share, int last, int atLeast, int seconds, string name)
    {
        var breaker = new CircuitBreaker { FailureShare = share, Last = last, AtLeast = atLeast, OpenFor = TimeSpan.FromSeconds(seconds) };
        var fault = Assert.Single(new SubscriptionOptions { Breaker = breaker }.Validate());
        Assert.Equal("ALD1304", fault.Code.Id);
        Assert.StartsWith($"CircuitBreaker.{name} is ", fault.What, StringComparison.Ordinal);
    }

    private async Task<BusStage> OpenAsync()
    {
        var stage = await StartAsync();
        for (var number = 1; number <= 4; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await Clock.StandingStillUntilAsync(() => stage.Bus.Troubles.Count == 1 && stage.Transport.Settled == 4, "an open breaker");
        return stage;
    }

    private Task<BusStage> StartAsync(int concurrency = 1) => BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>(
        "billing", Handle, new SubscriptionOptions { Concurrency = concurrency, Breaker = _breaker, Retry = _later }));

    private async ValueTask Handle(OrderPlaced order, EventContext context)
    {
        await _waits(order.Id, context.Cancellation);
        lock (_handled)
        {
            _handled.Add(order.Id);
        }

        if (_fails(order.Id) is { } error)
        {
            throw error;
        }
    }
}
