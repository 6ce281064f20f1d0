using System.Collections.Concurrent;
using Aldis.Tests.Support;

namespace Aldis.Tests.Bus;

/// <summary>Two spaces of signals stand for two processes that know the same names.</summary>
public sealed class CarryTests
{
    private const string Name = "orders.placed";

    private readonly SignalSpace _here = new();
    private readonly SignalSpace _there = new();
    private readonly ConcurrentQueue<string> _seen = new();

    public CarryTests()
    {
        Here.Connect(order => _seen.Enqueue($"here {order.Id}"));
        There.Connect(order => _seen.Enqueue($"there {order.Id}"));
    }

    private Signal<OrderPlaced> Here => _here.Get<OrderPlaced>(Name);

    private Signal<OrderPlaced> There => _there.Get<OrderPlaced>(Name);

    [Fact]
    public async Task What_is_sent_on_one_side_arrives_on_the_other_once_and_does_not_come_back()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        await using var other = await OtherBusAsync(stage, There);

        Here.Send(new OrderPlaced("A"));
        await Here.SendAsync(new OrderPlaced("B"));
        await UntilSeenAsync(stage, 4);
        There.Send(new OrderPlaced("C"));
        await UntilSeenAsync(stage, 6);

        await stage.Time.RunOnAsync();
        Assert.Equal(["here A", "here B", "here C"], SeenBy("here"));
        Assert.Equal(["there A", "there B", "there C"], SeenBy("there"));
    }

    [Fact]
    public async Task Every_way_of_sending_is_carried_and_a_muted_one_is_not()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        await using var other = await OtherBusAsync(stage, There);
        Here.SendAll(new OrderPlaced("A"));
        await Here.SendAllAsync(new OrderPlaced("B"));
        await Here.SendParallelAsync(this, new OrderPlaced("C"), BusStage.Cancel);
        using (Here.Muted())
        {
            Here.Send(new OrderPlaced("muted"));
        }

        Here.Send(new OrderPlaced("D"));
        await UntilSeenAsync(stage, 8);

        Assert.Equal(["there A", "there B", "there C", "there D"], SeenBy("there"));
    }

    [Fact]
    public async Task A_signal_without_receivers_is_carried_and_says_that_somebody_may_be_listening()
    {
        var deserted = new SignalSpace().Get<OrderPlaced>(Name);
        Assert.False(deserted.HasReceiversFor(this));
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(deserted));
        await using var other = await OtherBusAsync(stage, There);

        Assert.True(deserted.HasReceiversFor(this));
        Assert.True(deserted.HasReceivers);
        deserted.Send(this, new OrderPlaced("A"));

        await UntilSeenAsync(stage, 1);
        Assert.Equal(["there A"], _seen);
    }

    [Theory]
    [InlineData("web-shop: 1 ü")]
    [InlineData("")]
    [InlineData(7)]
    [InlineData(-2.5e-9)]
    [InlineData(true)]
    [InlineData('x')]
    [InlineData(long.MaxValue)]
    public async Task A_sender_that_is_the_same_everywhere_arrives_with_the_event(object sender)
    {
        There.Connect(order => _seen.Enqueue($"of the sender {order.Id}"), sender);
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        await using var other = await OtherBusAsync(stage, There);

        Here.Send(sender, new OrderPlaced("A"));
        Here.Send("another", new OrderPlaced("B"));

        await UntilSeenAsync(stage, 5);
        Assert.Equal(["of the sender A"], SeenBy("of the sender"));
    }

    [Fact]
    public async Task A_sender_that_belongs_to_one_process_arrives_as_null()
    {
        There.Connect(order => _seen.Enqueue($"of nobody {order.Id}"), sender: null);
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        await using var other = await OtherBusAsync(stage, There);

        Here.Send(this, new OrderPlaced("A"));
        Here.Send(DayOfWeek.Monday, new OrderPlaced("B"));
        Here.Send("somebody", new OrderPlaced("C"));

        await UntilSeenAsync(stage, 8);
        Assert.Equal(["of nobody A", "of nobody B"], SeenBy("of nobody"));
    }

    [Fact]
    public async Task What_arrives_is_tried_again_when_a_receiver_fails_and_the_others_have_it()
    {
        var failures = 2;
        There.Connect(order => _ = failures-- > 0 ? throw new InvalidOperationException("not yet") : order);
        There.Connect(order => _seen.Enqueue($"last {order.Id}"));
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        await using var other = await OtherBusAsync(stage, There);

        Here.Send(new OrderPlaced("A"));

        await stage.UntilAsync(() => failures < 0, "the third attempt");
        Assert.Equal(3, SeenBy("last").Count());
        Assert.Single(SeenBy("here"));
    }

    [Fact]
    public async Task A_receiver_may_send_on_the_signal_that_called_it()
    {
        // The question is stored before its receivers here are called, so that even the answer may overtake it.
        There.Connect(order =>
        {
            if (order.Id == "question")
            {
                There.Send(new OrderPlaced("answer"));
            }
        });
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        await using var other = await OtherBusAsync(stage, There);

        Here.Send(new OrderPlaced("question"));

        await UntilSeenAsync(stage, 4);
        Assert.Equal(["here answer", "here question"], SeenBy("here").Order(StringComparer.Ordinal));
        Assert.Equal(["there question", "there answer"], SeenBy("there"));
    }

    [Fact]
    public async Task Under_a_name_what_is_sent_meanwhile_arrives_later()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        await (await OtherBusAsync(stage, There, "billing")).DisposeAsync();
        Here.Send(new OrderPlaced("meanwhile"));
        Assert.Empty(SeenBy("there"));

        await using var again = await OtherBusAsync(stage, There, "billing");

        await UntilSeenAsync(stage, 2);
        Assert.Equal(["there meanwhile"], SeenBy("there"));
    }

    [Fact]
    public async Task A_send_that_cannot_be_stored_fails_and_reaches_nobody()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        stage.Transport.SendError = new InvalidOperationException("no room");

        Assert.Throws<PublishException>(() => Here.Send(new OrderPlaced("A")));
        await Assert.ThrowsAsync<PublishException>(async () => await Here.SendAsync(new OrderPlaced("B")));
        Assert.Throws<PublishException>(() => Here.SendAll(new OrderPlaced("C")));
        await Assert.ThrowsAsync<PublishException>(async () => await Here.SendAllAsync(new OrderPlaced("D")));
        await Assert.ThrowsAsync<PublishException>(async () => await Here.SendParallelAsync(this, new OrderPlaced("E"), BusStage.Cancel));

        Assert.Empty(_seen);
    }

    [Fact]
    public async Task A_send_that_must_not_wait_for_a_receiver_is_refused_before_it_is_stored()
    {
        Here.Connect(async _ => await Task.Yield());
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        await using var other = await OtherBusAsync(stage, There);

        Assert.Equal("ALD1502", Assert.Throws<AldisException>(() => Here.Send(new OrderPlaced("refused"))).Code);
        await Here.SendAsync(new OrderPlaced("A"));

        await UntilSeenAsync(stage, 2);
        Assert.Equal(["there A"], SeenBy("there"));
    }

    [Fact]
    public async Task Before_the_bus_starts_and_after_it_stops_a_signal_stays_in_its_process()
    {
        await using var stage = new BusStage();
        await using (await OtherBusAsync(stage, There))
        {
            Here.Send(new OrderPlaced("before"));
            await stage.StartAsync(bus => bus.Carry(Here));
            Here.Send(new OrderPlaced("while"));
            await UntilSeenAsync(stage, 3);
            await stage.StopAsync(BusStage.Cancel);
            Here.Send(new OrderPlaced("after"));
        }

        Assert.Equal(["here before", "here while", "here after"], SeenBy("here"));
        Assert.Equal(["there while"], SeenBy("there"));
    }

    [Fact]
    public async Task A_signal_named_like_the_topic_of_its_event_shares_it_with_subscribers_and_publishers()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here).Subscribe<OrderPlaced>("billing", (order, _) =>
        {
            _seen.Enqueue($"billing {order.Id}");
            return default;
        }));

        Here.Send(new OrderPlaced("sent"));
        await stage.PublishAsync(new OrderPlaced("published"));

        await UntilSeenAsync(stage, 4);
        Assert.Equal(["billing sent", "billing published"], SeenBy("billing"));
        Assert.Equal(["here sent", "here published"], SeenBy("here"));
    }

    [Fact]
    public async Task A_signal_of_another_name_has_a_topic_of_its_own()
    {
        var (one, two) = (_here.Get<OrderPlaced>("first"), _here.Get<OrderPlaced>("second"));
        var arrived = _there.Get<OrderPlaced>("first");
        arrived.Connect(order => _seen.Enqueue($"first {order.Id}"));
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(one).Carry(two));
        await using var other = await OtherBusAsync(stage, arrived);

        two.Send(new OrderPlaced("B"));
        one.Send(new OrderPlaced("A"));

        await UntilSeenAsync(stage, 1);
        Assert.Equal(["first A"], _seen);
        Assert.Contains("  group each-instance.* x1: first -> carries signal 'first' of Aldis.Tests.Support.OrderPlaced", stage.Bus.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_anonymous_signal_a_bad_name_and_a_signal_carried_twice_are_refused_together()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus => bus.UseInMemory()
            .Carry(new Signal<OrderPlaced>()).Carry(_here.Get<OrderPlaced>("no topic")).Carry(Here).Carry(Here), BusStage.Cancel));

        Assert.Contains("ALD1504", error.Message, StringComparison.Ordinal);
        Assert.Contains("ALD1001", error.Message, StringComparison.Ordinal);
        Assert.Contains("ALD1203", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_buses_that_carry_one_signal_hand_nothing_back_to_it()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Carry(Here));
        await using var second = await OtherBusAsync(stage, Here);

        Here.Send(new OrderPlaced("A"));

        await stage.Time.RunOnAsync();
        Assert.Equal(["here A"], _seen);
    }

    private Task UntilSeenAsync(BusStage stage, int count) => stage.UntilAsync(() => _seen.Count >= count, $"{count} calls of receivers");

    private IEnumerable<string> SeenBy(string who) => _seen.Where(seen => seen.StartsWith(who + " ", StringComparison.Ordinal));

    private static async Task<EventBus> OtherBusAsync(BusStage stage, Signal<OrderPlaced> signal, string group = Group.EachInstance)
    {
        var bus = new EventBusBuilder { Time = stage.Time }.UseTransport(_ => stage.Memory).Carry(signal, group).Build();
        await bus.StartAsync(BusStage.Cancel);
        return bus;
    }
}
