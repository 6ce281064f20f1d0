using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Bus;

/// <summary>A bus is one instance: all that it subscribes with <see cref="Group.EachInstance"/> shares one private group.</summary>
public sealed class EachInstanceTests
{
    private readonly ConcurrentQueue<string> _handled = new();

    [Fact]
    public async Task Each_bus_that_runs_gets_every_event()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>(Group.EachInstance, Note("one")).Subscribe<OrderPlaced>("billing", Note("billing of one")));
        await using (var other = await OtherBusAsync(stage, bus => bus
            .Subscribe<OrderPlaced>(Group.EachInstance, Note("two")).Subscribe<OrderPlaced>("billing", Note("billing of two"))))
        {
            await stage.PublishAsync(new OrderPlaced("A"));
            await other.PublishAsync(new OrderPlaced("B"), cancel: BusStage.Cancel);
            await stage.UntilAsync(() => _handled.Count == 6, "both events in both instances and in one group");
        }

        Assert.Equal(["one A", "one B", "two A", "two B"], _handled.Where(text => !text.Contains("billing", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_published_while_the_bus_does_not_run_is_not_kept_for_it()
    {
        await using var stage = new BusStage();
        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>(Group.EachInstance, Note("one")));
        await stage.StopAsync(BusStage.Cancel);
        await stage.SendAsync(Envelopes.Of("orders.placed", """{"id":"meanwhile"}"""));
        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>(Group.EachInstance, Note("two")));
        await stage.PublishAsync(new OrderPlaced("after"));
        await stage.UntilAsync(() => !_handled.IsEmpty, "the event");
        await stage.Time.RunOnAsync();
        Assert.Equal(["two after"], _handled);
    }

    [Fact]
    public async Task All_such_subscriptions_of_a_bus_share_one_private_group_and_each_bus_has_another()
    {
        var specs = new ConcurrentQueue<ReceiverSpec>();
        await using var stage = new BusStage();
        stage.Transport.BeforeOpenReceiver = spec =>
        {
            specs.Enqueue(spec);
            return Task.CompletedTask;
        };
        for (var start = 0; start < 2; start++)
        {
            await stage.StartAsync(bus => bus
                .Subscribe<OrderPlaced>(Group.EachInstance, Note("one")).Subscribe(Group.EachInstance, (OrderShipped _) => { })
                .AddHandlers<Listening>().Subscribe<OrderPlaced>("billing", Note("billing")));
            await stage.StopAsync(BusStage.Cancel);
        }

        Assert.Equal(["billing", "billing"], specs.Where(spec => !spec.IsPrivate).Select(spec => spec.Group.Value));
        var groups = specs.Where(spec => spec.IsPrivate).ToLookup(spec => spec.Group, spec => spec.Topic.Value);
        Assert.Equal(2, groups.Count);
        Assert.All(groups, group => Assert.Equal(["invoice-issued", "orders.placed", "orders.shipped"], group.Order(StringComparer.Ordinal)));
        Assert.All(groups, group => Assert.Matches("^each-instance\\.[0-9a-f-]{36}$", group.Key.Value));
        Assert.All(groups, group => Assert.Equal(group.Key, GroupName.Parse(group.Key.Value)));
    }

    [Fact]
    public async Task People_see_the_name_that_was_subscribed_with()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>(
            Group.EachInstance, (_, context) => throw new DeadLetterException($"not for {context.Group}")));
        await stage.PublishAsync(new OrderPlaced("A"));
        Assert.Equal("not for each-instance.*", (await stage.DeadLetterAsync()).Reason);
        Assert.Contains("dead letter of group each-instance.* after", stage.Logs.Entries.Single(entry => entry.Id == 203).Text, StringComparison.Ordinal);
        Assert.Contains("  group each-instance.* x1: orders.placed -> ", stage.Bus.Describe(), StringComparison.Ordinal);
        Assert.Equal(GroupName.EachInstance, Assert.Single(stage.Bus.Catalog.Subscriptions).Group);
    }

    [Fact]
    public async Task Its_dead_letters_are_found_by_that_name_and_go_with_the_bus()
    {
        var ill = true;
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>(
            Group.EachInstance, (order, context) => ill ? throw new DeadLetterException("one") : Note("one")(order, context)));
        await using var other = await OtherBusAsync(stage, bus => bus.Subscribe<OrderPlaced>(
            Group.EachInstance, (_, _) => throw new DeadLetterException("two")));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.Time.UntilAsync(async () => (await stage.DeadLettersAsync()).Count == 2, "a dead letter in each instance");

        var own = new DeadLetterFilter { Group = Group.EachInstance };
        Assert.Equal("two", Assert.Single(await other.DeadLetters.ListAsync(own, BusStage.Cancel).ToListAsync(BusStage.Cancel)).Reason);
        ill = false;
        Assert.Equal(1, await stage.Bus.DeadLetters.RedriveAsync(own, BusStage.Cancel));
        await stage.UntilAsync(() => !_handled.IsEmpty, "the redriven event");
        Assert.Equal(["one A"], _handled);
        await other.DisposeAsync();
        Assert.Empty(await stage.DeadLettersAsync());
        Assert.Equal(0, await stage.Bus.DeadLetters.DiscardAsync(own, BusStage.Cancel));
    }

    [Fact]
    public async Task Two_handlers_for_one_event_are_refused_and_the_error_does_not_speak_of_two_groups()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus => bus.UseInMemory()
            .Subscribe<OrderPlaced>(Group.EachInstance, Note("one")).Subscribe<OrderPlaced>(Group.EachInstance, Note("two")), BusStage.Cancel));
        Assert.Equal("ALD1203", error.Code);
        Assert.Contains("The group 'each-instance.*' has 2 handlers for 'orders.placed'", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("A bus has one private group: let one handler call the others.", error.Message, StringComparison.Ordinal);
    }

    private static async Task<EventBus> OtherBusAsync(BusStage stage, Action<EventBusBuilder> configure)
    {
        var builder = new EventBusBuilder { Time = stage.Time }.UseTransport(_ => stage.Memory);
        configure(builder);
        var bus = builder.Build();
        await bus.StartAsync(BusStage.Cancel);
        return bus;
    }

    private Func<OrderPlaced, EventContext, ValueTask> Note(string instance) => (order, _) =>
    {
        _handled.Enqueue($"{instance} {order.Id}");
        return ValueTask.CompletedTask;
    };

    internal sealed class Listening
    {
        [Subscribe(Group.EachInstance)]
        public static void Handle(InvoiceIssued _)
        {
        }
    }
}
