using System.Collections.Concurrent;
using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

public sealed class DrainTests
{
    private readonly ConcurrentQueue<(string Id, int Attempt)> _handled = new();
    private readonly Gate _gate = new();

    [Fact]
    public async Task A_running_handler_finishes_and_the_rest_goes_back_untouched()
    {
        await using var stage = await BusyAsync();
        var stopping = stage.Bus.StopAsync(CancellationToken.None).AsTask();
        await stage.Time.RunOnAsync();
        Assert.False(stopping.IsCompleted);
        _gate.Open();
        await stage.Time.UntilAsync(stopping, "the bus to stop");
        Assert.Equal([("A", 1)], _handled);
        Assert.Contains(stage.Logs.Entries, entry => entry is { Id: 102, Text: "The bus has stopped; 2 deliveries were returned unfinished" });

        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", Handle));
        await stage.UntilAsync(() => _handled.Count == 3, "what was returned");
        Assert.Equal([("A", 1), ("B", 1), ("C", 1)], _handled);
        Assert.Empty(await stage.DeadLettersAsync());
    }

    [Fact]
    public async Task A_handler_that_does_not_heed_its_cancellation_does_not_keep_the_bus_from_stopping()
    {
        var forever = new TaskCompletionSource();
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => new ValueTask(forever.Task)));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.UntilAsync(() => stage.Transport.MostUnsettled == 1, "the handler to begin");
        using var hurry = new CancellationTokenSource();
        var stopping = stage.Bus.StopAsync(hurry.Token).AsTask();
        await hurry.CancelAsync();
        await stage.Time.UntilAsync(stopping, "the bus to stop");

        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", Handle));
        _gate.Open();
        await stage.UntilAsync(() => _handled.Count == 1, "what was given up");
        forever.SetResult();
        Assert.Equal([("A", 1)], _handled);
    }

    [Fact]
    public async Task In_a_hurry_handlers_are_cancelled_and_their_events_go_back_too()
    {
        await using var stage = await BusyAsync();
        using var hurry = new CancellationTokenSource();
        var stopping = stage.Bus.StopAsync(hurry.Token).AsTask();
        await stage.Time.RunOnAsync(5);
        Assert.False(stopping.IsCompleted);
        await hurry.CancelAsync();
        await stage.Time.UntilAsync(stopping, "the bus to stop");
        Assert.Empty(_handled);
        Assert.Equal(0, stage.Transport.Settled);

        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", Handle));
        await stage.UntilAsync(() => _handled.Count == 3, "what was returned");
        Assert.Equal([("A", 1), ("B", 1), ("C", 1)], _handled);
        Assert.DoesNotContain(stage.Logs.Ids, id => id > 200);
    }

    [Fact]
    public async Task Disposing_lets_handlers_finish_for_the_drain_timeout()
    {
        var stage = await BusyAsync(bus => bus.DrainTimeout = TimeSpan.FromSeconds(7));
        var disposing = stage.Bus.DisposeAsync().AsTask();
        stage.Time.Advance(TimeSpan.FromSeconds(6.9));
        await Task.Yield();
        Assert.Equal((1, false), (_gate.Inside, disposing.IsCompleted));
        await stage.Time.UntilAsync(disposing, "the bus to stop");
        Assert.Empty(_handled);
    }

    [Fact]
    public async Task What_a_finishing_handler_publishes_is_sent()
    {
        await using var stage = new BusStage();
        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (order, context) =>
        {
            await _gate.PassAsync(context.Cancellation);
            context.Publish(new OrderShipped(order.Id));
            await stage.Bus.PublishAsync(new OrderShipped(order.Id + " on the bus"), cancel: context.Cancellation);
        }).Subscribe<OrderShipped>("mail", (_, _) => throw new InvalidOperationException("not now"), Policies.Of(attempts: 5, immediate: 0)));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => _gate.Inside == 1, "the handler");
        var stopping = stage.Bus.StopAsync(CancellationToken.None).AsTask();
        _gate.Open();
        await stage.Time.UntilAsync(stopping, "the bus to stop");

        await stage.StartAsync(bus => bus.Subscribe<OrderShipped>("mail", (order, context) => Handle(new OrderPlaced(order.Id), context)));
        await stage.UntilAsync(() => _handled.Count == 2, "both events");
        Assert.Equal(["A", "A on the bus"], _handled.Select(handled => handled.Id).Order(StringComparer.Ordinal));
        Assert.Equal(1, _gate.Passed);
    }

    [Fact]
    public async Task After_the_stop_and_before_the_start_nothing_is_published()
    {
        var bus = new EventBusBuilder().UseInMemory().AddEvent<OrderPlaced>().Build();
        var early = await Assert.ThrowsAsync<AldisException>(async () => await bus.PublishAsync(new OrderPlaced("A"), cancel: BusStage.Cancel));
        Assert.Equal("ALD1305", early.Code);
        Assert.Contains("not started yet", early.Message, StringComparison.Ordinal);
        Assert.Equal("ALD1305", Assert.Single(bus.Troubles).Code.Id);

        await bus.StartAsync(BusStage.Cancel);
        await bus.PublishAsync(new OrderPlaced("B"), cancel: BusStage.Cancel);
        await bus.StopAsync(BusStage.Cancel);
        var late = await Assert.ThrowsAsync<AldisException>(async () => await bus.PublishAsync(new OrderPlaced("C"), cancel: BusStage.Cancel));
        Assert.Equal("ALD1305", late.Code);
        Assert.Contains("has stopped", late.Message, StringComparison.Ordinal);
        Assert.Equal("ALD1305", Assert.Single(bus.Troubles).Code.Id);
        Assert.Equal("ALD1305", Assert.Throws<AldisException>(() => bus.DeadLetters).Code);
        Assert.Equal("ALD1305", Assert.Throws<AldisException>(() => bus.Catalog).Code);
        Assert.Equal("ALD1305", Assert.Throws<AldisException>(bus.Describe).Code);
    }

    [Fact]
    public async Task Stopping_again_does_nothing()
    {
        await using var stage = await BusStage.StartedAsync(_ => { });
        await stage.StopAsync(CancellationToken.None);
        await stage.StopAsync(CancellationToken.None);
        await stage.Bus.DisposeAsync();
        Assert.Equal(["dispose"], stage.Transport.Calls);
    }

    [Fact]
    public async Task Who_stops_a_bus_that_is_stopping_waits_for_its_end()
    {
        await using var stage = await BusyAsync();
        var first = stage.Bus.StopAsync(CancellationToken.None).AsTask();
        var second = stage.Bus.DisposeAsync().AsTask();
        await stage.Time.RunOnAsync(5);
        Assert.False(second.IsCompleted);
        _gate.Open();
        await stage.Time.UntilAsync(second, "the bus to stop");
        Assert.True(first.IsCompleted);
    }

    [Fact]
    public async Task A_stop_without_a_time_ends_with_the_drain_timeout()
    {
        await using var stage = await BusyAsync(bus => bus.DrainTimeout = TimeSpan.FromSeconds(7));
        var stopping = stage.Bus.StopAsync(CancellationToken.None).AsTask();
        stage.Time.Advance(TimeSpan.FromSeconds(6.9));
        await Task.Yield();
        Assert.Equal((1, false), (_gate.Inside, stopping.IsCompleted));
        await stage.Time.UntilAsync(stopping, "the bus to stop");
        Assert.Empty(_handled);
    }

    [Fact]
    public async Task A_bus_is_started_once()
    {
        await using var stage = await BusStage.StartedAsync(_ => { });
        Assert.Equal("ALD1305", (await Assert.ThrowsAsync<AldisException>(async () => await stage.Bus.StartAsync(BusStage.Cancel))).Code);
    }

    [Fact]
    public async Task A_transport_that_fails_while_the_bus_stops_does_not_hold_it_up()
    {
        await using var stage = await BusyAsync();
        stage.Transport.SettleError = Failures.Away;
        var begun = stage.Time.GetUtcNow();
        var stopping = stage.Bus.StopAsync(CancellationToken.None).AsTask();
        _gate.Open();
        await stage.Time.UntilAsync(stopping, "the bus to stop");
        Assert.InRange(stage.Time.GetUtcNow() - begun, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));

        stage.Transport.SettleError = null;
        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", Handle));
        await stage.UntilAsync(() => _handled.Count == 4, "all three again");
        Assert.Equal([("A", 1), ("A", 1), ("B", 1), ("C", 1)], _handled.Order());
    }

    [Fact]
    public async Task The_transport_is_disposed_even_if_a_receiver_cannot_be()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", Handle));
        stage.Transport.DisposeReceiverError = new InvalidOperationException("the line is dead");
        var error = await Record.ExceptionAsync(() => stage.StopAsync(CancellationToken.None));
        Assert.IsType<InvalidOperationException>(error);
        Assert.Equal(["dispose"], stage.Transport.Calls);
        Assert.Equal("ALD1305", Assert.Single(stage.Bus.Troubles).Code.Id);
    }

    /// <summary>A bus with its one handler at the gate and two more events waiting behind it.</summary>
    private async Task<BusStage> BusyAsync(Action<EventBusBuilder>? configure = null)
    {
        var stage = await BusStage.StartedAsync(bus =>
        {
            bus.Subscribe<OrderPlaced>("billing", async (order, context) =>
            {
                await _gate.PassAsync(context.Cancellation);
                await Handle(order, context);
            });
            configure?.Invoke(bus);
        });
        foreach (var id in new[] { "A", "B", "C" })
        {
            await stage.PublishAsync(new OrderPlaced(id));
        }

        await Clock.StandingStillUntilAsync(() => _gate.Inside == 1 && stage.Transport.MostUnsettled == 3, "a busy handler");
        return stage;
    }

    private ValueTask Handle(OrderPlaced order, EventContext context)
    {
        _handled.Enqueue((order.Id, context.Attempt));
        return ValueTask.CompletedTask;
    }
}
