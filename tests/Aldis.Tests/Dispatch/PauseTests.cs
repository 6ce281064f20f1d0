using System.Collections.Concurrent;
using System.Text.Json;
using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

/// <summary>A group is paused and resumed while the bus runs.</summary>
public sealed class PauseTests
{
    private readonly ConcurrentQueue<string> _handled = new();
    private readonly Gate _gate = new();

    [Fact]
    public async Task It_completes_when_the_last_handler_of_the_group_has_ended_and_nothing_more_is_begun()
    {
        await using var stage = await BusyAsync(concurrency: 2, events: 5);
        var pausing = stage.Bus.PauseAsync("billing", BusStage.Cancel).AsTask();
        await stage.Time.RunOnAsync();
        Assert.False(pausing.IsCompleted);
        _gate.Open();
        await pausing.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        Assert.Equal((0, 2), (_gate.Inside, _gate.Passed));
        await stage.Time.RunOnAsync();
        Assert.Equal(2, _gate.Passed);

        stage.Bus.Resume("billing");
        await Clock.StandingStillUntilAsync(() => _gate.Passed == 5, "the rest");
        Assert.Equal([123, 124], stage.Logs.Ids.Where(id => id is 123 or 124));
    }

    [Fact]
    public async Task A_group_that_is_paused_receives_nothing_and_another_process_gets_it()
    {
        _gate.Open();
        await using var stage = await StartAsync();
        await Clock.StandingStillUntilAsync(() => stage.Transport.Receives == 1, "a waiting receive");
        await stage.Bus.PauseAsync("billing", BusStage.Cancel);
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.Time.RunOnAsync();
        Assert.Equal(0, stage.Transport.MostUnsettled);

        await using var other = await EventBus.StartAsync(bus => bus.UseTransport(_ => stage.Memory).Subscribe<OrderPlaced>("billing", (order, _) =>
        {
            _handled.Enqueue($"{order.Id} elsewhere");
            return ValueTask.CompletedTask;
        }));
        await Clock.StandingStillUntilAsync(() => _handled.Count == 1, "the event in the other process");
        Assert.Equal(["A elsewhere"], _handled);
    }

    [Fact]
    public async Task Only_that_group_is_paused_and_that_is_no_trouble_and_the_description_says_so()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", Note).Subscribe<OrderShipped>("billing", (_, _) => ValueTask.CompletedTask).Subscribe<OrderPlaced>("mail", Note));
        await stage.Bus.PauseAsync("billing", BusStage.Cancel);
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => _handled.Count == 1, "the other group");
        stage.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(stage.Bus.Troubles);
        Assert.Equal(["  group billing x1, paused: orders.placed", "  group mail x1: orders.placed", "  group billing x1, paused: orders.shipped"],
            stage.Bus.Describe().Split(Environment.NewLine).Where(line => line.StartsWith("  group", StringComparison.Ordinal)).Select(line => line[..line.IndexOf(" -> ", StringComparison.Ordinal)]));
        using var json = JsonDocument.Parse(stage.Bus.DescribeJson());
        Assert.Equal([true, false, true], from topic in json.RootElement.GetProperty("topics").EnumerateArray()
                                          from handler in topic.GetProperty("handlers").EnumerateArray()
                                          select handler.GetProperty("paused").GetBoolean());
        stage.Bus.Resume("billing");
        Assert.DoesNotContain("x1, paused", stage.Bus.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_pauses_a_group_that_is_paused_waits_for_the_same()
    {
        await using var stage = await BusyAsync(concurrency: 1, events: 1);
        var both = new[] { stage.Bus.PauseAsync("billing", BusStage.Cancel).AsTask(), stage.Bus.PauseAsync("billing", BusStage.Cancel).AsTask() };
        _gate.Open();
        await Task.WhenAll(both).WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        Assert.Single(stage.Logs.Ids, 123);
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_group_goes_on_before_its_handlers_had_ended()
    {
        await using var stage = await BusyAsync(concurrency: 1, events: 1);
        var pausing = stage.Bus.PauseAsync("billing", BusStage.Cancel).AsTask();
        stage.Bus.Resume("billing");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pausing.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel));
        _gate.Open();
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_leaves_it_paused()
    {
        await using var stage = await BusyAsync(concurrency: 1, events: 2);
        using var cancel = new CancellationTokenSource();
        var pausing = stage.Bus.PauseAsync("billing", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pausing);
        _gate.Open();
        await Clock.StandingStillUntilAsync(() => _gate.Passed == 1, "the one that ran");
        await stage.Time.RunOnAsync();
        Assert.Equal(1, _gate.Passed);
    }

    [Fact]
    public async Task A_bus_stops_while_a_group_is_paused_and_what_is_held_goes_back_untouched()
    {
        var stage = await BusyAsync(concurrency: 1, events: 3);
        var pausing = stage.Bus.PauseAsync("billing", BusStage.Cancel).AsTask();
        _gate.Open();
        await pausing.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        await stage.StopAsync(CancellationToken.None);
        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (order, context) =>
        {
            _handled.Enqueue($"{order.Id} {context.Attempt}");
            return ValueTask.CompletedTask;
        }));
        await stage.UntilAsync(() => _handled.Count == 2, "what was held");
        Assert.Equal(["1 1", "2 1"], _handled);
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_bus_stops_without_the_handler()
    {
        var forever = new TaskCompletionSource();
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => new ValueTask(forever.Task)));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.MostUnsettled == 1, "the handler");
        await stage.Time.RunOnAsync(1);
        var pausing = stage.Bus.PauseAsync("billing", BusStage.Cancel).AsTask();
        await stage.StopAsync(new CancellationToken(canceled: true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pausing.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel));
        forever.SetResult();
    }

    [Fact]
    public async Task A_group_that_the_bus_does_not_have_is_refused_with_those_that_it_has()
    {
        await using var stage = await StartAsync();
        var error = await Assert.ThrowsAsync<AldisException>(async () => await stage.Bus.PauseAsync("biling", BusStage.Cancel));
        Assert.Equal("ALD1310", error.Code);
        Assert.Contains("'biling'. There is 'billing'.", error.Message, StringComparison.Ordinal);
        Assert.Equal("ALD1310", Assert.Throws<AldisException>(() => stage.Bus.Resume("biling")).Code);
        stage.Bus.Resume("billing");
        Assert.DoesNotContain(124, stage.Logs.Ids);
    }

    [Fact]
    public async Task The_private_group_can_be_paused_too()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>(Group.EachInstance, Note));
        await stage.Bus.PauseAsync(Group.EachInstance, BusStage.Cancel);
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.Time.RunOnAsync();
        Assert.Empty(_handled);
        stage.Bus.Resume(Group.EachInstance);
        await Clock.StandingStillUntilAsync(() => _handled.Count == 1, "the event");
    }

    [Fact]
    public async Task A_bus_that_does_not_run_has_nothing_to_pause()
    {
        var bus = new EventBusBuilder().UseInMemory().Build();
        Assert.Equal("ALD1305", (await Assert.ThrowsAsync<AldisException>(async () => await bus.PauseAsync("billing", BusStage.Cancel))).Code);
    }

    /// <summary>Pausing and resuming from many sides while events flow loses nothing, and never returns while a handler runs.</summary>
    [Fact]
    public async Task Pausing_and_resuming_under_load_loses_nothing()
    {
        const int Events = 2_000;
        var (running, handled) = (0, 0);
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (_, _) =>
        {
            Interlocked.Increment(ref running);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            Interlocked.Increment(ref handled);
        }, new SubscriptionOptions { Concurrency = 4, MaxUnsettled = 16 }));
        var publishing = Task.WhenAll(Enumerable.Range(0, Events).Select(number => stage.PublishAsync(new OrderPlaced($"{number}"))));
        while (Volatile.Read(ref handled) < Events)
        {
            await stage.Bus.PauseAsync("billing", BusStage.Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
            Assert.Equal(0, Volatile.Read(ref running));
            var before = Volatile.Read(ref handled);
            stage.Bus.Resume("billing");
            await Clock.StandingStillUntilAsync(() => Volatile.Read(ref handled) is var now && (now > before || now == Events), "the group to go on");
        }

        await publishing;
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == Events, "every verdict");
        Assert.Equal(Events, handled);
    }

    private async Task<BusStage> BusyAsync(int concurrency, int events)
    {
        var stage = await StartAsync(concurrency);
        for (var number = 0; number < events; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await Clock.StandingStillUntilAsync(() => _gate.Inside == concurrency && stage.Transport.MostUnsettled == events, "busy handlers");
        return stage;
    }

    private Task<BusStage> StartAsync(int concurrency = 1) => BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>(
        "billing", async (_, context) => await _gate.PassAsync(context.Cancellation), new SubscriptionOptions { Concurrency = concurrency }));

    private ValueTask Note(OrderPlaced order, EventContext context)
    {
        _handled.Enqueue(order.Id);
        return ValueTask.CompletedTask;
    }
}
