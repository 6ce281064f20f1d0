using Aldis.Testing;
using Aldis.Tests.Support;

namespace Aldis.Tests.Testing;

/// <summary>Hours of retries, schedules, leases and windows, in no time.</summary>
public sealed class VirtualTimeTests
{
    private static readonly DateTimeOffset _start = new TestBusOptions().StartsAt;

    [Fact]
    public async Task An_hour_of_retries_happens_at_its_own_times()
    {
        var retry = new RetryPolicy
        {
            MaxAttempts = 100, ImmediateRetries = 0, FirstDelay = TimeSpan.FromSeconds(1), Factor = 2, MaxDelay = TimeSpan.FromMinutes(10), Jitter = 0,
        };
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>(
            "billing", (_, _) => throw new InvalidOperationException("no"), new SubscriptionOptions { Retry = retry }));
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.AdvanceAsync(TimeSpan.FromHours(1));

        // 1, 2, 4 … 512 seconds after one another, then every ten minutes.
        double[] expected = [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 1623, 2223, 2823, 3423];
        Assert.Equal(expected, bus.Failed<OrderPlaced>("billing").Select(one => (one.At - _start).TotalSeconds));
        Assert.Equal(Enumerable.Range(1, 15), bus.Failed<OrderPlaced>().Select(one => one.Attempt));
        Assert.Equal(_start.AddHours(1), bus.Time.GetUtcNow());
    }

    [Fact]
    public async Task Random_delays_are_the_same_with_the_same_seed()
    {
        Assert.Equal(await TimesAsync(1), await TimesAsync(1));
        Assert.NotEqual(await TimesAsync(1), await TimesAsync(2));

        static async Task<IReadOnlyList<DateTimeOffset>> TimesAsync(int seed)
        {
            await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => throw new InvalidOperationException("no"), new SubscriptionOptions
            {
                Retry = new RetryPolicy { MaxAttempts = 5, Jitter = 1 },
            }), new TestBusOptions { Seed = seed });
            await bus.PublishAsync(new OrderPlaced("1"));
            await bus.AdvanceAsync(TimeSpan.FromHours(2));
            bus.MustHaveDeadLettered<OrderPlaced>("billing");
            return [.. bus.Failed<OrderPlaced>().Select(one => one.At)];
        }
    }

    [Fact]
    public async Task A_schedule_over_the_change_of_clocks_comes_at_the_same_time_of_day()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        await using var bus = await TestBus.StartAsync(
            bus => bus.AddCron("morning", "0 9 * * *", slot => new OrderPlaced($"{slot:u}"), zone).Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask),
            new TestBusOptions { StartsAt = new(2026, 3, 27, 12, 0, 0, TimeSpan.Zero) });
        await bus.AdvanceAsync(TimeSpan.FromDays(4));
        Assert.Equal(["2026-03-28 08:00:00Z", "2026-03-29 07:00:00Z", "2026-03-30 07:00:00Z", "2026-03-31 07:00:00Z"], bus.Handled<OrderPlaced>().Select(one => one.Event.Id));
        Assert.All(bus.Handled<OrderPlaced>(), one => Assert.Equal(one.Event.Id, $"{one.At:u}"));
    }

    [Fact]
    public async Task What_is_published_for_later_comes_then()
    {
        await using var bus = await TestBus.StartAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", (order, context) =>
            {
                context.Publish(new OrderShipped(order.Id), new PublishOptions { After = TimeSpan.FromDays(30) });
                return ValueTask.CompletedTask;
            })
            .Subscribe<OrderShipped>("mail", (_, _) => ValueTask.CompletedTask));
        await bus.PublishAsync(new OrderPlaced("1"), new PublishOptions { At = _start.AddMilliseconds(1500) });
        await bus.AdvanceAsync(TimeSpan.FromMilliseconds(1499));
        Assert.Empty(bus.Published<OrderPlaced>());
        await bus.AdvanceAsync(TimeSpan.FromDays(31));
        Assert.Equal(_start.AddMilliseconds(1500), bus.MustHaveHandled<OrderPlaced>("billing").At);
        Assert.Equal(_start.AddMilliseconds(1500).AddDays(30), bus.MustHaveHandled<OrderShipped>("mail").At);
        await bus.MustBeEmptyAsync();
    }

    [Fact]
    public async Task A_lease_runs_out_while_its_handler_is_at_work()
    {
        TestBus? bus = null;
        await using var started = bus = await TestBus.StartAsync(with => with
            .Subscribe<OrderPlaced>("billing", async (order, context) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(context.Attempt == 1 ? 60 : 1), bus!.Time, context.Cancellation);
                context.Publish(new OrderShipped($"attempt {context.Attempt}"));
            }, new SubscriptionOptions { Concurrency = 2 }));
        bus.Faults.LoseLease<OrderPlaced>("billing", TimeSpan.FromSeconds(30));
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.AdvanceAsync(TimeSpan.FromMinutes(5));

        var handled = Assert.Single(bus.Handled<OrderPlaced>());
        Assert.Equal((2, _start.AddSeconds(31)), (handled.Attempt, handled.At));
        Assert.Equal("attempt 2", Assert.Single(bus.Published<OrderShipped>()).Event.Id);
        await bus.MustBeEmptyAsync();
    }

    [Fact]
    public async Task A_copy_is_handled_again_when_the_window_of_the_inbox_has_ended()
    {
        var inbox = new SubscriptionOptions { Inbox = new InboxOptions { Retention = TimeSpan.FromDays(2) } };
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask, inbox));
        var id = (await bus.PublishAsync(new OrderPlaced("1"))).Id;
        await bus.AdvanceAsync(TimeSpan.FromDays(2) - TimeSpan.FromMilliseconds(1));
        await bus.PublishAsync(new OrderPlaced("1"), new PublishOptions { Id = id });
        await bus.QuietAsync();
        Assert.Single(bus.Handled<OrderPlaced>());
        await bus.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await bus.PublishAsync(new OrderPlaced("1"), new PublishOptions { Id = id });
        await bus.QuietAsync();
        Assert.Equal(2, bus.Handled<OrderPlaced>().Count);
    }

    [Fact]
    public async Task A_rate_limit_lets_one_event_after_the_other_through()
    {
        var rate = new SubscriptionOptions { Rate = new RateLimit { Events = 1, Per = TimeSpan.FromMilliseconds(333.5) } };
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask, rate));
        for (var number = 0; number < 10; number++)
        {
            await bus.PublishAsync(new OrderPlaced($"{number}"));
        }

        await bus.QuietAsync();
        Assert.Single(bus.Handled<OrderPlaced>());
        await bus.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.Equal([0, 334, 668, 1002, 1336, 1670, 2004, 2338, 2672, 3006], bus.Handled<OrderPlaced>().Select(one => (one.At - _start).TotalMilliseconds));
    }

    [Fact]
    public async Task A_breaker_that_is_open_tries_one_event_when_its_time_has_come()
    {
        var works = false;
        var breaker = new SubscriptionOptions
        {
            Breaker = new CircuitBreaker { AtLeast = 2, Last = 2, OpenFor = TimeSpan.FromMinutes(10) },
            Retry = new RetryPolicy { MaxAttempts = 50, ImmediateRetries = 0, FirstDelay = TimeSpan.FromSeconds(1), Factor = 1, Jitter = 0 },
        };
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>(
            "billing", (_, _) => works ? ValueTask.CompletedTask : throw new TimeoutException(), breaker));
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.AdvanceAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(2, bus.Failed<OrderPlaced>().Count);
        works = true;
        await bus.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(_start.AddSeconds(601), bus.MustHaveHandled<OrderPlaced>("billing").At);
    }

    [Fact]
    public async Task Handlers_that_wait_for_the_clock_wait_no_longer_than_they_want_to()
    {
        TestBus? bus = null;
        await using var started = bus = await TestBus.StartAsync(with => with.Subscribe<OrderPlaced>(
            "billing", async (_, context) => await Task.Delay(TimeSpan.FromSeconds(10), bus!.Time, context.Cancellation)));
        for (var number = 0; number < 5; number++)
        {
            await bus.PublishAsync(new OrderPlaced($"{number}"));
        }

        await bus.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([10, 20, 30, 40, 50], bus.Handled<OrderPlaced>().Select(one => (one.At - _start).TotalSeconds));
    }
}
