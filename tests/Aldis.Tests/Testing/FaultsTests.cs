using Aldis.Testing;
using Aldis.Tests.Support;

namespace Aldis.Tests.Testing;

/// <summary>What goes wrong because a test wants it.</summary>
public sealed class FaultsTests
{
    private static readonly DateTimeOffset _start = new TestBusOptions().StartsAt;
    private readonly List<string> _seen = [];

    [Fact]
    public async Task A_handler_that_throws_before_its_work_is_tried_again()
    {
        await using var bus = await StartedAsync();
        bus.Faults.Throw<OrderPlaced>("billing", times: 2, new TimeoutException("away"));
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["1"], _seen);
        Assert.All(bus.Failed<OrderPlaced>(), one => Assert.StartsWith("System.TimeoutException: away", one.Error, StringComparison.Ordinal));
        Assert.Equal(3, bus.MustHaveHandled<OrderPlaced>("billing").Attempt);
    }

    [Fact]
    public async Task A_handler_that_throws_after_its_work_does_it_again_and_publishes_once()
    {
        await using var bus = await StartedAsync();
        bus.Faults.ThrowAfter<OrderPlaced>();
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["1", "1"], _seen);
        Assert.Single(bus.Published<OrderShipped>());
    }

    [Fact]
    public async Task An_event_arrives_twice()
    {
        await using var bus = await StartedAsync();
        bus.Faults.Duplicate<OrderPlaced>();
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.QuietAsync();
        Assert.Equal(["1", "1"], _seen);
        Assert.Single(bus.Handled<OrderPlaced>().Select(one => one.Id).Distinct());
        Assert.Single(bus.Published<OrderPlaced>());
    }

    [Fact]
    public async Task An_inbox_handles_an_event_once_that_arrives_twice()
    {
        await using var bus = await StartedAsync(new SubscriptionOptions { Inbox = new InboxOptions() });
        bus.Faults.Duplicate<OrderPlaced>();
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.QuietAsync();
        Assert.Equal(["1"], _seen);
        Assert.Contains("billing acknowledged orders.placed #1 without handling it, attempt 1", bus.Tell(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_arrives_late()
    {
        await using var bus = await StartedAsync();
        bus.Faults.Delay<OrderPlaced>(TimeSpan.FromHours(3));
        await bus.PublishAsync(new OrderPlaced("late"));
        await bus.PublishAsync(new OrderPlaced("early"));
        await bus.AdvanceAsync(TimeSpan.FromHours(4));
        Assert.Equal(["early", "late"], _seen);
        Assert.Equal([_start, _start.AddHours(3)], bus.Handled<OrderPlaced>().Select(one => one.At));
        Assert.Equal(2, bus.Published<OrderPlaced>().Count);
    }

    [Fact]
    public async Task An_event_is_overtaken_by_the_next_one()
    {
        await using var bus = await StartedAsync();
        bus.Faults.Reorder<OrderPlaced>();
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.PublishAsync(new OrderPlaced("2"));
        await bus.QuietAsync();
        Assert.Equal(["2", "1"], _seen);
    }

    [Fact]
    public async Task An_event_that_nothing_overtakes_arrives_all_the_same()
    {
        await using var bus = await StartedAsync();
        bus.Faults.Reorder<OrderPlaced>();
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.QuietAsync();
        Assert.Equal(["1"], _seen);
    }

    [Fact]
    public async Task A_lost_lease_undoes_what_a_handler_published()
    {
        await using var bus = await StartedAsync();
        bus.Faults.LoseLease<OrderPlaced>("billing");
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.QuietAsync();
        Assert.Equal(["1", "1"], _seen);
        Assert.Equal(2, Assert.Single(bus.Handled<OrderPlaced>()).Attempt);
        Assert.Single(bus.Published<OrderShipped>());
    }

    [Fact]
    public async Task A_process_that_dies_before_it_settles_handles_the_event_again()
    {
        await using var bus = await StartedAsync();
        var first = bus.Bus;
        bus.Faults.CrashAfterHandling<OrderPlaced>("billing");
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.QuietAsync();
        Assert.NotSame(first, bus.Bus);
        Assert.Equal(["1", "1"], _seen);
        Assert.Equal(2, Assert.Single(bus.Handled<OrderPlaced>()).Attempt);
        Assert.Single(bus.Published<OrderShipped>());
        await bus.MustBeEmptyAsync();
    }

    [Fact]
    public async Task A_publisher_does_not_know_whether_its_event_was_stored_when_the_process_dies()
    {
        await using var bus = await StartedAsync();
        bus.Faults.CrashAfterPublishing<OrderPlaced>();
        var error = await Assert.ThrowsAsync<PublishException>(async () => await bus.PublishAsync(new OrderPlaced("1")));
        Assert.True(error.MayBeStored);
        await bus.QuietAsync();
        Assert.Equal(["1"], _seen);
        await bus.PublishAsync(new OrderPlaced("2"));
        await bus.QuietAsync();
        Assert.Equal(["1", "2"], _seen);
    }

    [Fact]
    public async Task What_waits_survives_the_death_of_the_process()
    {
        var fails = true;
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>(
            "billing", (_, _) => fails ? throw new TimeoutException() : ValueTask.CompletedTask, Policies.Of(attempts: 5, immediate: 0, firstSeconds: 100)));
        await bus.PublishAsync(new OrderPlaced("1"));
        await bus.PublishAsync(new OrderPlaced("2"), new PublishOptions { After = TimeSpan.FromHours(1) });
        await bus.QuietAsync();
        await bus.CrashAsync();
        await bus.CrashAsync();
        fails = false;
        await bus.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Equal([(2, 100), (1, 3600)], bus.Handled<OrderPlaced>().Select(one => (one.Attempt, (int)(one.At - _start).TotalSeconds)));
    }

    [Fact]
    public async Task What_a_dead_process_still_does_has_no_effect()
    {
        var gate = new Gate();
        var isFirst = true;
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (order, context) =>
        {
            if (isFirst)
            {
                isFirst = false;
                await gate.PassAsync();
                context.Publish(new OrderShipped("by the dead"));
            }
        }));
        await bus.PublishAsync(new OrderPlaced("1"));
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1, "the handler to run");
        await bus.CrashAsync();
        gate.Open();
        await Clock.StandingStillUntilAsync(() => gate.Passed == 1, "the handler to end");
        await bus.QuietAsync();
        Assert.Equal(2, Assert.Single(bus.Handled<OrderPlaced>()).Attempt);
        bus.MustNotHavePublished<OrderShipped>();
    }

    [Theory]
    [InlineData(FaultKinds.AllButCrashes)]
    [InlineData(FaultKinds.All)]
    public async Task The_same_seed_gives_the_same_faults(FaultKinds kinds)
    {
        var first = await RandomAsync(seed: 42, kinds);
        Assert.Equal(first, await RandomAsync(seed: 42, kinds));
        Assert.NotEqual(first, await RandomAsync(seed: 43, kinds));
        Assert.True(first.Count > 20, $"only {first.Count} faults");
    }

    [Fact]
    public async Task A_random_seed_is_told_and_repeats_the_run()
    {
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask));
        await using var other = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask));
        Assert.NotEqual(bus.Faults.Seed, other.Faults.Seed);
        Assert.EndsWith($"\nSeed: {bus.Faults.Seed}", Assert.Throws<TestBusException>(() => bus.MustHavePublished<OrderPlaced>()).Message, StringComparison.Ordinal);
        bus.Faults.Random(0.5, seed: 11);
        Assert.EndsWith("\nSeed: 11", bus.Tell(), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> RandomAsync(int seed, FaultKinds kinds)
    {
        var patient = new SubscriptionOptions { Concurrency = 4, Retry = new RetryPolicy { MaxAttempts = 20, ImmediateRetries = 0 } };
        await using var bus = await TestBus.StartAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", (order, context) =>
            {
                context.Publish(new OrderShipped(order.Id));
                return ValueTask.CompletedTask;
            }, patient)
            .Subscribe<OrderPlaced>("stock", async (_, _) => await Task.Yield(), patient)
            .Subscribe<OrderShipped>("mail", (_, _) => ValueTask.CompletedTask, patient), new TestBusOptions { Seed = seed });
        bus.Faults.Random(0.2, kinds: kinds);
        for (var number = 0; number < 30; number++)
        {
            try
            {
                await bus.PublishAsync(new OrderPlaced($"{number}"));
            }
            catch (PublishException error) when (error.MayBeStored)
            {
                // The process died when the event was stored.
            }
        }

        await bus.AdvanceAsync(TimeSpan.FromHours(1));
        await bus.MustBeEmptyAsync();
        foreach (var group in new[] { "billing", "stock" })
        {
            Assert.Equal(30, bus.Handled<OrderPlaced>(group).Select(one => one.Event.Id).Distinct().Count());
        }

        Assert.Equal(30, bus.Handled<OrderShipped>("mail").Select(one => one.Event.Id).Distinct().Count());
        return [.. bus.Faults.Suffered.Order(StringComparer.Ordinal)];
    }

    private Task<TestBus> StartedAsync(SubscriptionOptions? options = null) => TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (order, context) =>
    {
        _seen.Add(order.Id);
        context.Publish(new OrderShipped(order.Id));
        return ValueTask.CompletedTask;
    }, options ?? Policies.Of(attempts: 5, immediate: 0)));
}
