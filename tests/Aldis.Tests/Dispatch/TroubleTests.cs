using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

/// <summary>A transport in trouble is told of, never hammered, never forgotten.</summary>
public sealed class TroubleTests
{
    private int _handled;

    [Fact]
    public async Task A_group_that_cannot_receive_is_in_trouble_until_it_can()
    {
        await using var stage = await StartAsync();
        Assert.Empty(stage.Bus.Troubles);
        await FailToReceiveAsync(stage);
        var fault = Assert.Single(stage.Bus.Troubles);
        Assert.Equal("ALD1406", fault.Code.Id);
        Assert.Equal("The group 'billing' cannot receive from 'orders.placed'.", fault.What);
        Assert.Contains("The line is dead.", fault.Why, StringComparison.Ordinal);

        stage.Transport.ReceiveError = null;
        await stage.PublishAsync(new OrderPlaced("B"));
        await stage.UntilAsync(() => _handled == 2 && Recovered(stage), "the event, and no trouble");
        Assert.Contains(103, stage.Logs.Ids);
        Assert.Single(stage.Logs.Ids, 105);
    }

    [Fact]
    public async Task A_group_without_events_gets_out_of_trouble_too()
    {
        await using var stage = await StartAsync();
        await FailToReceiveAsync(stage);
        stage.Transport.ReceiveError = null;
        await stage.UntilAsync(() => Recovered(stage), "no trouble");
        Assert.Single(stage.Logs.Ids, 105);
        await stage.PublishAsync(new OrderPlaced("B"));
        await Clock.StandingStillUntilAsync(() => _handled == 2, "the event");
    }

    [Fact]
    public async Task It_stays_in_trouble_while_every_receive_fails()
    {
        await using var stage = await StartAsync();
        await FailToReceiveAsync(stage);
        for (var round = 0; round < 20; round++)
        {
            await stage.Time.RunOnAsync(1);
            Assert.Single(stage.Bus.Troubles);
        }
    }

    [Fact]
    public async Task A_transport_in_trouble_is_not_hammered()
    {
        await using var stage = await StartAsync();
        await FailToReceiveAsync(stage);
        await Clock.StandingStillUntilAsync(() => stage.Logs.Ids.Count(id => id == 103) == stage.Transport.Receives - 1, "the wait");
        var before = stage.Transport.Receives;
        await stage.Time.RunOnAsync(100);
        Assert.InRange(stage.Transport.Receives - before, 1, 10);
    }

    [Fact]
    public async Task A_group_that_cannot_settle_is_in_trouble_until_it_can_and_handles_nothing_twice()
    {
        await using var stage = await StartAsync();
        stage.Transport.SettleError = Failures.Away;
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Bus.Troubles.Count > 0, "trouble");
        Assert.Equal("The group 'billing' cannot settle on 'orders.placed'.", Assert.Single(stage.Bus.Troubles).What);
        await stage.Time.RunOnAsync();

        stage.Transport.SettleError = null;
        await stage.UntilAsync(() => stage.Transport.Settled == 1 && Recovered(stage), "the verdict, and no trouble");
        Assert.Equal(1, _handled);
        Assert.Contains(104, stage.Logs.Ids);
        Assert.Single(stage.Logs.Ids, 105);
    }

    [Fact]
    public async Task Only_the_group_that_has_it_is_in_trouble()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask)
            .Subscribe<OrderShipped>("mail", (_, _) => ValueTask.CompletedTask));
        stage.Transport.SettleError = Failures.Away;
        await stage.PublishAsync(new OrderShipped("A"));
        await Clock.StandingStillUntilAsync(() => stage.Bus.Troubles.Count > 0, "trouble");
        Assert.Contains("'mail'", Assert.Single(stage.Bus.Troubles).What, StringComparison.Ordinal);
        stage.Transport.SettleError = null;
    }

    private static bool Recovered(BusStage stage) => stage.Bus.Troubles.Count == 0 && stage.Logs.Ids.Contains(105);

    private Task<BusStage> StartAsync() => BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) =>
    {
        Interlocked.Increment(ref _handled);
        return ValueTask.CompletedTask;
    }));

    /// <summary>One event comes through, and the next receive fails.</summary>
    private static async Task FailToReceiveAsync(BusStage stage)
    {
        await Clock.StandingStillUntilAsync(() => stage.Transport.Receives == 1, "a waiting receive");
        stage.Transport.ReceiveError = Failures.Away;
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Bus.Troubles.Count > 0, "trouble");
    }
}
