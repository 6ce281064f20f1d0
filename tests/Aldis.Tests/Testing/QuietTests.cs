using Aldis.Testing;
using Aldis.Tests.Support;

namespace Aldis.Tests.Testing;

/// <summary>When a test bus says that it is quiet, and when not.</summary>
public sealed class QuietTests
{
    private static readonly SubscriptionOptions _four = new() { Concurrency = 4 };

    [Fact]
    public async Task A_bus_without_work_is_quiet_at_once()
    {
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask));
        await bus.QuietAsync();
        await bus.MustBeEmptyAsync();
    }

    [Fact]
    public async Task It_is_not_quiet_while_a_handler_runs()
    {
        var gate = new Gate();
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (_, _) => await gate.PassAsync()));
        await bus.PublishAsync(new OrderPlaced("1"));
        var quiet = bus.QuietAsync();
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1, "the handler to run");
        Assert.False(quiet.IsCompleted);
        gate.Open();
        await quiet;
        Assert.Equal(1, gate.Passed);
        bus.MustHaveHandled<OrderPlaced>("billing");
    }

    [Fact]
    public async Task Quiet_never_comes_before_the_last_of_a_cascade()
    {
        await using var bus = await TestBus.StartAsync(bus => bus
            .Subscribe<Countdown>("down", (count, context) =>
            {
                if (count.Left > 0)
                {
                    context.Publish(new Countdown(count.Left - 1));
                }

                return ValueTask.CompletedTask;
            }, _four)
            .Subscribe<Countdown>("beside", async (_, _) => await Task.Yield(), _four));
        for (var round = 1; round <= 200; round++)
        {
            await bus.PublishAsync(new Countdown(9));
            await bus.QuietAsync();
            Assert.Equal(round * 10, bus.Handled<Countdown>("down").Count);
            Assert.Equal(round * 10, bus.Handled<Countdown>("beside").Count);
        }
    }

    [Fact]
    public async Task A_publish_that_nobody_awaits_is_waited_for()
    {
        TestBus? bus = null;
        await using var started = bus = await TestBus.StartAsync(with => with
            .Subscribe<OrderPlaced>("billing", (order, context) =>
            {
                _ = bus!.PublishAsync(new OrderShipped(order.Id)).AsTask();
                return ValueTask.CompletedTask;
            })
            .Subscribe<OrderShipped>("mail", (_, _) => ValueTask.CompletedTask));
        for (var round = 1; round <= 200; round++)
        {
            await bus.PublishAsync(new OrderPlaced($"{round}"));
            await bus.QuietAsync();
            Assert.Equal(round, bus.Handled<OrderShipped>("mail").Count);
        }
    }

    [Fact]
    public async Task Many_publishers_at_a_time_are_all_waited_for()
    {
        await using var bus = await TestBus.StartAsync(bus => bus
            .AddEvent<OrderPlaced>(key: order => order.Id[..1])
            .Subscribe<OrderPlaced>("billing", async (_, _) => await Task.Yield(), _four));
        for (var round = 1; round <= 20; round++)
        {
            var publishing = Enumerable.Range(0, 100).Select(number => bus.PublishAsync(new OrderPlaced($"{number}")).AsTask()).ToList();
            await bus.QuietAsync();
            Assert.Equal(100 * round, bus.Handled<OrderPlaced>("billing").Count);
            await Task.WhenAll(publishing);
        }
    }

    [Fact]
    public async Task What_a_paused_group_has_before_it_does_not_keep_the_bus_from_being_quiet()
    {
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask));
        await bus.Bus.PauseAsync("billing");
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.QuietAsync();
        Assert.Empty(bus.Handled<OrderPlaced>());
        bus.Bus.Resume("billing");
        await bus.QuietAsync();
        bus.MustHaveHandled<OrderPlaced>("billing");
    }

    [Fact]
    public async Task Who_is_still_at_work_after_the_limit_is_told()
    {
        var gate = new Gate();
        var options = new TestBusOptions { Limit = TimeSpan.FromMilliseconds(50), Seed = 7 };
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (_, context) => await gate.PassAsync(context.Cancellation)), options);
        await bus.PublishAsync(new OrderPlaced("1"));
        var error = await Assert.ThrowsAsync<TestBusException>(bus.QuietAsync);
        Assert.Equal("""
            The bus is not quiet after 0.05 s of real time, at 2026-01-01 00:00:00.000 of its own.
              billing is handling orders.placed #1, attempt 1, since 2026-01-01 00:00:00.000
              billing holds 1 deliveries of orders.placed, 1 of them begun, and 0 more are due
            What happened:
              2026-01-01 00:00:00.000  published orders.placed #1 {"id":"1"}
            Seed: 7
            """, error.Message);
        gate.Open();
        await bus.QuietAsync();
    }

    [Fact]
    public async Task A_handler_that_waits_for_the_clock_is_told_apart()
    {
        var options = new TestBusOptions { Limit = TimeSpan.FromMilliseconds(50) };
        TestBus? bus = null;
        await using var started = bus = await TestBus.StartAsync(with => with.Subscribe<OrderPlaced>(
            "billing", async (_, context) => await Task.Delay(TimeSpan.FromSeconds(5), bus!.Time, context.Cancellation)), options);
        await bus.PublishAsync(new OrderPlaced("1"));
        var error = await Assert.ThrowsAsync<TestBusException>(bus.QuietAsync);
        Assert.Contains("it waits for the clock until 2026-01-01 00:00:05.000, and AdvanceAsync moves the clock", error.Message, StringComparison.Ordinal);
        await bus.AdvanceAsync(TimeSpan.FromSeconds(5));
        await bus.QuietAsync();
        Assert.Equal(bus.Time.GetUtcNow(), bus.MustHaveHandled<OrderPlaced>("billing").At);
    }

    internal sealed record Countdown(int Left);
}
