using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Bus;

public sealed class InboxTests
{
    private static readonly SubscriptionOptions _once = new() { Concurrency = 4, Inbox = new InboxOptions { Retention = TimeSpan.FromHours(1) } };

    private readonly ConcurrentQueue<string> _handled = new();

    [Fact]
    public async Task Copies_of_an_event_are_handled_once_in_each_group()
    {
        var other = 0;
        await using var stage = await StartAsync(bus => bus.Subscribe<OrderPlaced>("shipping", (_, _) =>
        {
            Interlocked.Increment(ref other);
            return ValueTask.CompletedTask;
        }, _once));
        var id = EventId.New(stage.Time);
        for (var copy = 0; copy < 3; copy++)
        {
            await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Id = id });
        }

        await stage.PublishAsync(new OrderPlaced("B"));
        await stage.UntilAsync(() => stage.Logs.Ids.Count(one => one == 205) == 4 && _handled.Contains("B"), "four copies");
        Assert.Equal(["A", "B"], _handled.Order());
        Assert.Equal(2, other);
    }

    [Fact]
    public async Task Of_two_copies_at_the_same_time_the_second_waits_for_the_first()
    {
        var gate = new Gate();
        var (begun, fail) = (0, true);
        await using var stage = await StartAsync(handle: async _ =>
        {
            Interlocked.Increment(ref begun);
            await gate.PassAsync();
            if (fail)
            {
                fail = false;
                throw new InvalidOperationException("the first one fails");
            }
        });
        var id = EventId.New(stage.Time);
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Id = id });
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Id = id });
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1, "the first copy");
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(1, begun);
        gate.Open();
        await stage.UntilAsync(() => stage.Logs.Ids.Contains(205), "the copy that comes too late");
        Assert.Equal(["A"], _handled);
    }

    [Fact]
    public async Task A_copy_that_comes_after_the_retention_is_handled_again()
    {
        await using var stage = await StartAsync();
        var id = EventId.New(stage.Time);
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Id = id });
        await stage.UntilAsync(() => _handled.Count == 1, "the first");
        await stage.UntilAsync(() => stage.Transport.Settled == 1, "its settlement");
        stage.Time.Advance(TimeSpan.FromHours(2));
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Id = id });
        await stage.UntilAsync(() => _handled.Count == 2, "the second");
    }

    [Fact]
    public async Task An_event_that_is_given_up_is_not_remembered()
    {
        var fail = true;
        await using var stage = await StartAsync(handle: _ => fail ? throw new DeadLetterException("not yet") : Task.CompletedTask);
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.DeadLetterAsync();
        fail = false;
        await stage.Memory.RedriveAsync(DeadLetterFilter.All, BusStage.Cancel);
        await stage.UntilAsync(() => _handled.Count == 1, "the redriven event");
    }

    [Fact]
    public async Task A_ledger_remembers_where_the_transport_cannot()
    {
        var ledger = new InMemoryTransport(new InMemoryOptions(), TimeProvider.System);
        await using var stage = new BusStage();
        await stage.StartAsync(bus => bus.UseTransport(_ => new PlainTransport(stage.Memory)).UseLedger(_ => ledger).Subscribe<OrderPlaced>("billing", Handle, _once));
        var id = EventId.New(stage.Time);
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Id = id });
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Id = id });
        await stage.UntilAsync(() => stage.Logs.Ids.Contains(205), "the copy");
        Assert.Equal(["A"], _handled);
        await stage.Time.UntilAsync(() => ledger.ContainsAsync(GroupName.Parse("billing"), id, BusStage.Cancel).AsTask(), "the ledger to know it");
    }

    [Fact]
    public async Task Without_transport_or_ledger_that_remember_the_bus_does_not_start()
    {
        await using var stage = new BusStage();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => stage.StartAsync(
            bus => bus.UseTransport(_ => new PlainTransport(stage.Memory)).Subscribe<OrderPlaced>("billing", Handle, _once)));
        var fault = Assert.Single(error.Faults);
        Assert.Equal(ErrorCodes.MissingFeature, fault.Code);
        Assert.Contains("UseSqliteLedger", fault.Remedy, StringComparison.Ordinal);
    }

    private ValueTask Handle(OrderPlaced order, EventContext context)
    {
        _handled.Enqueue(order.Id);
        return ValueTask.CompletedTask;
    }

    private Task<BusStage> StartAsync(Action<EventBusBuilder>? more = null, Func<OrderPlaced, Task>? handle = null) => BusStage.StartedAsync(bus =>
    {
        bus.Subscribe<OrderPlaced>("billing", async (order, context) =>
        {
            await (handle?.Invoke(order) ?? Task.CompletedTask);
            await Handle(order, context);
        }, _once with { Retry = new RetryPolicy { ImmediateRetries = 0 } });
        more?.Invoke(bus);
    });
}
