using System.Collections.Concurrent;
using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

public sealed class ConcurrencyTests
{
    private readonly Gate _gate = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task As_many_handlers_run_at_a_time_as_was_said_and_never_more(int concurrency)
    {
        await using var stage = await StartAsync(new SubscriptionOptions { Concurrency = concurrency });
        await PublishAsync(stage, 20);
        await Clock.StandingStillUntilAsync(() => _gate.Inside == concurrency, $"{concurrency} handlers at a time");
        await stage.Time.RunOnAsync();
        Assert.Equal(concurrency, _gate.MostInside);
        _gate.Open();
        await stage.UntilAsync(() => _gate.Passed == 20, "all events");
        Assert.Equal(concurrency, _gate.MostInside);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(4, 4)]
    [InlineData(4, 5)]
    [InlineData(3, 10)]
    public async Task Never_more_is_held_than_may_be_unsettled(int concurrency, int maxUnsettled)
    {
        await using var stage = await StartAsync(new SubscriptionOptions { Concurrency = concurrency, MaxUnsettled = maxUnsettled });
        await PublishAsync(stage, 30);
        await Clock.StandingStillUntilAsync(() => _gate.Inside == concurrency, "busy handlers");
        await stage.Time.RunOnAsync();
        Assert.InRange(stage.Transport.MostUnsettled, concurrency, maxUnsettled);
        _gate.Open();
        await stage.UntilAsync(() => stage.Transport.Settled == 30, "all events");
        Assert.InRange(stage.Transport.MostUnsettled, concurrency, maxUnsettled);
    }

    [Fact]
    public async Task What_is_not_settled_counts_even_when_its_handler_is_through()
    {
        _gate.Open();
        await using var stage = await StartAsync(new SubscriptionOptions { Concurrency = 2, MaxUnsettled = 3 });
        stage.Transport.SettleError = Failures.Away;
        await PublishAsync(stage, 10);
        await stage.UntilAsync(() => stage.Bus.Troubles.Count > 0, "trouble");
        await stage.Time.RunOnAsync();
        Assert.InRange(_gate.Passed, 1, 3);
        stage.Transport.SettleError = null;
        await stage.UntilAsync(() => stage.Transport.Settled == 10, "all events");
        Assert.Equal(10, _gate.Passed);
    }

    [Fact]
    public async Task One_at_a_time_means_in_order()
    {
        var handled = new ConcurrentQueue<string>();
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", async (order, _) =>
        {
            await Task.Yield();
            handled.Enqueue(order.Id);
        }));
        await PublishAsync(stage, 100);
        await stage.UntilAsync(() => handled.Count == 100, "all events");
        Assert.Equal(Enumerable.Range(0, 100).Select(number => $"{number}"), handled);
    }

    [Fact]
    public async Task A_busy_group_does_not_hold_up_another()
    {
        var other = 0;
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("slow", async (_, context) => await _gate.PassAsync(context.Cancellation))
            .Subscribe<OrderPlaced>("quick", (_, _) =>
            {
                other++;
                return ValueTask.CompletedTask;
            }));
        await PublishAsync(stage, 10);
        await Clock.StandingStillUntilAsync(() => other == 10 && _gate.Inside == 1, "the quick group, while the slow one is busy");
        Assert.Equal(0, _gate.Passed);
    }

    private Task<BusStage> StartAsync(SubscriptionOptions options) => BusStage.StartedAsync(
        bus => bus.Subscribe<OrderPlaced>("billing", async (_, context) => await _gate.PassAsync(context.Cancellation), options));

    private static async Task PublishAsync(BusStage stage, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }
    }
}
