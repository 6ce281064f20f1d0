using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

/// <summary>What happens to a publish when as many as may wait are waiting already.</summary>
public sealed class WhenFullTests
{
    private const int Capacity = 4096;

    private readonly Gate _gate = new();

    [Fact]
    public async Task By_default_a_publisher_waits_for_room()
    {
        await using var stage = await FullAsync();
        var waiting = stage.Bus.PublishAsync(new OrderPlaced("one more"), cancel: BusStage.Cancel).AsTask();
        await stage.Time.RunOnAsync();
        Assert.False(waiting.IsCompleted);
        _gate.Open();
        Assert.Equal(Durability.InMemory, (await waiting.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel)).Level);
    }

    [Fact]
    public async Task It_may_fail_instead_and_is_then_certainly_not_stored()
    {
        await using var stage = await FullAsync(bus => bus.WhenFull = WhenFull.Fail);
        var id = EventId.New(stage.Time);
        var error = await Assert.ThrowsAsync<PublishException>(() => stage.PublishAsync(new OrderPlaced("one more"), new PublishOptions { Id = id }));
        Assert.Equal(("ALD1410", false, id, "orders.placed"), (error.Code, error.MayBeStored, error.Id, error.Topic));
        Assert.Contains("4096 events of its topic wait", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, stage.Bus.Dropped);
        _gate.Open();
        await Clock.StandingStillUntilAsync(() => stage.Transport.Calls.Sum(Sent) == Capacity + 1, "what waited");
        await stage.PublishAsync(new OrderPlaced("one more"), new PublishOptions { Id = id });
    }

    [Fact]
    public async Task It_may_be_dropped_and_counted_and_its_publisher_is_told()
    {
        await using var stage = await FullAsync();
        var dropped = new PublishOptions { WhenFull = WhenFull.DropNewest };
        for (var number = 1; number <= 3; number++)
        {
            Assert.Equal(Durability.None, (await stage.Bus.PublishAsync(new OrderPlaced("one more"), dropped, BusStage.Cancel)).Level);
            Assert.Equal(number, stage.Bus.Dropped);
        }

        Assert.Single(stage.Logs.Ids, 127);
        _gate.Open();
        await Clock.StandingStillUntilAsync(() => stage.Transport.Calls.Sum(Sent) == Capacity + 1, "what waited, and nothing else");
        Assert.Equal(Durability.InMemory, (await stage.Bus.PublishAsync(new OrderPlaced("one more"), dropped, BusStage.Cancel)).Level);
    }

    [Fact]
    public async Task One_publish_may_say_otherwise_than_the_bus()
    {
        await using var stage = await FullAsync(bus => bus.WhenFull = WhenFull.Fail);
        Assert.Equal(Durability.None, (await stage.Bus.PublishAsync(new OrderPlaced("A"), new PublishOptions { WhenFull = WhenFull.DropNewest }, BusStage.Cancel)).Level);
        var waiting = stage.PublishAsync(new OrderPlaced("B"), new PublishOptions { WhenFull = WhenFull.Wait });
        await stage.Time.RunOnAsync();
        Assert.False(waiting.IsCompleted);
        _gate.Open();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
    }

    [Fact]
    public async Task Another_topic_has_room_of_its_own()
    {
        await using var stage = await FullAsync(bus => bus.WhenFull = WhenFull.Fail);
        await stage.PublishAsync(new OrderShipped("A"));
        _gate.Open();
    }

    [Fact]
    public async Task Nobody_drops_what_somebody_waits_for()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus =>
        {
            bus.WhenFull = WhenFull.DropOldest;
            bus.UseInMemory();
        }, BusStage.Cancel));
        Assert.Equal("ALD1304", Assert.Single(error.Faults).Code.Id);
        await using var stage = await BusStage.StartedAsync(_ => { });
        var refused = await Assert.ThrowsAsync<AldisException>(() => stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { WhenFull = WhenFull.DropOldest }));
        Assert.Equal("ALD1304", refused.Code);
        Assert.Contains("PublishOptions.WhenFull is DropOldest", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WhenFull.Fail)]
    [InlineData(WhenFull.DropNewest)]
    public async Task A_bus_that_has_stopped_says_so_whatever_was_chosen(WhenFull whenFull)
    {
        await using var stage = await BusStage.StartedAsync(_ => { });
        var bus = stage.Bus;
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { WhenFull = whenFull });
        await stage.StopAsync(CancellationToken.None);
        await Assert.ThrowsAsync<AldisException>(async () => await bus.PublishAsync(new OrderPlaced("B"), new PublishOptions { WhenFull = whenFull }, BusStage.Cancel));
    }

    [Fact]
    public async Task An_event_published_again_reaches_the_transport_with_its_id()
    {
        await using var stage = await BusStage.StartedAsync(_ => { });
        stage.Transport.SendErrorAfter = Failures.Unknown;
        var error = await Assert.ThrowsAsync<PublishException>(() => stage.PublishAsync(new OrderPlaced("A")));
        Assert.True(error.MayBeStored);
        stage.Transport.SendErrorAfter = null;
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Id = error.Id });
        Assert.Equal([error.Id, error.Id], stage.Transport.Sent);
    }

    /// <summary>A bus whose transport holds one event, and behind it as many wait as may.</summary>
    private async Task<BusStage> FullAsync(Action<EventBusBuilder>? configure = null)
    {
        var stage = await BusStage.StartedAsync(bus => configure?.Invoke(bus));
        stage.Transport.BeforeSend = (topic, cancel) => topic.Value == "orders.placed" ? _gate.PassAsync(cancel) : Task.CompletedTask;
        var wait = new PublishOptions { WhenFull = WhenFull.Wait };
        _ = stage.PublishAsync(new OrderPlaced("first"), wait);
        await Clock.StandingStillUntilAsync(() => _gate.Inside == 1, "the first on its way");
        for (var number = 0; number < Capacity; number++)
        {
            _ = stage.PublishAsync(new OrderPlaced($"{number}"), wait);
        }

        return stage;
    }

    private static int Sent(string call)
        => call.StartsWith("send orders.placed x", StringComparison.Ordinal) ? int.Parse(call["send orders.placed x".Length..], System.Globalization.CultureInfo.InvariantCulture) : 0;
}
