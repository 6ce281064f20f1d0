using System.Collections.Concurrent;
using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

public sealed class StartTests
{
    [Fact]
    public async Task No_handler_runs_before_every_group_is_there_and_the_bus_publishes()
    {
        // An event is left over from before, so that its handler could run as soon as its group is open.
        await using var stage = await BusStage.StartedAsync(
            bus => bus.Subscribe<OrderPlaced>("billing", async (_, context) => await Task.Delay(Timeout.Infinite, context.Cancellation)));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.StopAsync(new CancellationToken(canceled: true));

        var (handled, shipped) = (0, new ConcurrentQueue<string>());
        stage.Transport.BeforeOpenReceiver = async spec =>
        {
            await stage.Time.RunOnAsync(spec.Group.Value == "mail" ? 20 : 0);
            Assert.Equal(0, handled);
        };
        await stage.StartAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", async (order, context) =>
            {
                handled++;
                context.Publish(new OrderShipped(order.Id));
                await stage.Bus.PublishAsync(new OrderShipped($"{order.Id} on the bus"), cancel: context.Cancellation);
            })
            .Subscribe<OrderShipped>("mail", (order, _) =>
            {
                shipped.Enqueue(order.Id);
                return ValueTask.CompletedTask;
            }));
        await stage.UntilAsync(() => shipped.Count == 2, "both events");
        Assert.Equal(["A", "A on the bus"], shipped.Order(StringComparer.Ordinal));
        Assert.Equal(1, handled);
    }

    [Fact]
    public async Task A_transport_that_cannot_open_a_group_fails_the_start_and_is_disposed()
    {
        await using var stage = new BusStage();
        stage.Transport.BeforeOpenReceiver = _ => Task.FromException(Failures.Away);
        var starting = () => stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask));
        Assert.Same(Failures.Away, await Assert.ThrowsAsync<TransportException>(starting));
        Assert.Equal(["dispose"], stage.Transport.Calls);
    }
}
