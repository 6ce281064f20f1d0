using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

/// <summary>On a transport that cannot settle and publish in one step, what was published goes first.</summary>
public sealed class SeparateSettlementTests
{
    private int _handled;

    [Fact]
    public async Task What_a_handler_published_is_sent_before_its_settlement()
    {
        await using var stage = await StartAsync();
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.UntilAsync(() => stage.Transport.Settled == 1, "the verdict");
        Assert.Equal(["send orders.placed x1", "send orders.shipped x1", "settle x1"], stage.Transport.Calls);
        Assert.Empty(stage.Transport.Settlements.Single().Published);
    }

    [Fact]
    public async Task Nothing_is_settled_before_it_is_sent_and_nothing_is_handled_twice()
    {
        await using var stage = await StartAsync();
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.UntilAsync(() => stage.Transport.Settled == 1, "the first verdict");

        stage.Transport.BeforeSend = (topic, _) => topic.Value == "orders.shipped" ? Task.FromException(Failures.Away) : Task.CompletedTask;
        await stage.PublishAsync(new OrderPlaced("B"));
        await Clock.StandingStillUntilAsync(() => stage.Bus.Troubles.Count > 0, "trouble");
        await stage.Time.RunOnAsync();
        Assert.Equal((1, 2), (stage.Transport.Settled, _handled));

        stage.Transport.BeforeSend = (_, _) => Task.CompletedTask;
        await stage.UntilAsync(() => stage.Transport.Settled == 2 && stage.Bus.Troubles.Count == 0, "the second verdict");
        Assert.Equal(2, _handled);
        Assert.Equal(["send orders.shipped x1", "settle x1"], stage.Transport.Calls.TakeLast(2));
    }

    private async Task<BusStage> StartAsync()
    {
        var stage = new BusStage();
        stage.Transport.Features = stage.Transport.Features with { AtomicSettlement = false };
        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (order, context) =>
        {
            _handled++;
            context.Publish(new OrderShipped(order.Id));
            return ValueTask.CompletedTask;
        }));
        return stage;
    }
}
