using System.Collections.Concurrent;
using Aldis.Tests.Support;

namespace Aldis.Tests.Bus;

public sealed class EventBusTests
{
    private readonly ConcurrentQueue<string> _handled = new();

    [Fact]
    public async Task Without_a_host_a_bus_is_three_lines()
    {
        var bus = await EventBus.StartAsync(bus => bus.UseInMemory().Subscribe("billing", (OrderPlaced order) => { _handled.Enqueue(order.Id); }), BusStage.Cancel);
        await using (bus)
        {
            await bus.PublishAsync(new OrderPlaced("A"), cancel: BusStage.Cancel);
            await Clock.StandingStillUntilAsync(() => _handled.Count == 1, "the event");
        }

        Assert.Equal(["A"], _handled);
    }

    [Fact]
    public async Task Every_group_gets_every_event()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", Handle).Subscribe<OrderPlaced>("mail", Handle));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.PublishAsync(new OrderPlaced("B"));
        await stage.UntilAsync(() => _handled.Count == 4, "all events");
        Assert.Equal(["billing A", "billing B", "mail A", "mail B"], _handled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_handler_returns_reaches_the_next_handler()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe("billing", (OrderPlaced order) => new InvoiceIssued($"invoice {order.Id}"))
            .Subscribe("mail", (InvoiceIssued invoice) => { _handled.Enqueue(invoice.Id); }));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.UntilAsync(() => _handled.Count == 1, "the invoice");
        Assert.Equal(["invoice A"], _handled);
    }

    [Fact]
    public async Task A_topic_publishes_events_of_its_type()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", Handle));
        var topic = stage.Bus.Topic<OrderPlaced>();
        Assert.Equal("orders.placed", topic.Name);
        await topic.PublishAsync(new OrderPlaced("A"), cancel: BusStage.Cancel);
        await stage.UntilAsync(() => _handled.Count == 1, "the event");
        Assert.Equal("ALD1101", Assert.Throws<AldisException>(() => stage.Bus.Topic<InvoiceIssued>()).Code);
    }

    [Fact]
    public async Task An_event_added_with_a_topic_and_a_key_has_them_wherever_it_is_handled()
    {
        EventContext? seen = null;
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<InvoiceIssued>("mail", (_, context) =>
            {
                seen = context;
                return ValueTask.CompletedTask;
            })
            .AddEvent<InvoiceIssued>("invoices.issued", invoice => invoice.Id));
        await stage.PublishAsync(new InvoiceIssued("A"));
        await stage.UntilAsync(() => seen is not null, "the event");
        Assert.Equal(("invoices.issued", "A"), (seen!.Topic, seen.Key));
    }

    [Fact]
    public async Task A_key_given_by_the_publisher_goes_before_that_of_the_type()
    {
        EventContext? seen = null;
        await using var stage = await BusStage.StartedAsync(bus => bus.AddEvent<OrderPlaced>(key: order => order.Id).Subscribe<OrderPlaced>("billing", (_, context) =>
        {
            seen = context;
            return ValueTask.CompletedTask;
        }));
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Key = "mine" });
        await stage.UntilAsync(() => seen is not null, "the event");
        Assert.Equal("mine", seen!.Key);
    }

    [Fact]
    public async Task It_describes_itself()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .AddEvent<OrderShipped>()
            .Subscribe<OrderPlaced>("billing", Handle, new SubscriptionOptions { Concurrency = 4 }));
        var lines = stage.Bus.Describe().Split(Environment.NewLine);
        Assert.Equal("transport aldis: InMemory, ordered, order by key, delays, atomic settlement, remembers, schedules", lines[0]);
        Assert.Contains("topic orders.placed", lines);
        Assert.Contains("topic orders.shipped", lines);
        Assert.Contains(lines, line => line.StartsWith("  group billing x4: orders.placed -> ", StringComparison.Ordinal));
        Assert.Equal("steps: limits > retry > scope > handler", lines[^1]);
    }

    [Fact]
    public async Task Its_catalogue_lists_events_and_handlers()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.AddEvent<OrderShipped>().Subscribe<OrderPlaced>("billing", Handle));
        Assert.Equal(["orders.placed", "orders.shipped"], stage.Bus.Catalog.Events.Select(type => type.WireName));
        Assert.Equal("OrderPlaced (orders.placed)", Assert.Single(stage.Bus.Catalog.Subscriptions).Event.ToString());
    }

    [Fact]
    public async Task Many_publishers_and_handlers_at_a_time_lose_nothing()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", Handle, new SubscriptionOptions { Concurrency = 4, MaxUnsettled = 16 }));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async publisher =>
        {
            await Task.Yield();
            for (var number = 0; number < 250; number++)
            {
                await stage.PublishAsync(new OrderPlaced($"{publisher}-{number}"));
            }
        }));
        await stage.UntilAsync(() => _handled.Count == 2000, "all events");
        Assert.Equal(2000, _handled.Distinct().Count());
    }

    private ValueTask Handle(OrderPlaced order, EventContext context)
    {
        _handled.Enqueue($"{context.Group} {order.Id}");
        return ValueTask.CompletedTask;
    }
}
