using Aldis.Tests.Support;

namespace Aldis.Tests.Pipeline;

public sealed class EventContextTests
{
    [Fact]
    public async Task A_handler_can_know_everything_about_the_event_in_its_hands()
    {
        EventContext? seen = null;
        await using var stage = await BusStage.StartedAsync(bus =>
        {
            bus.Source = "/shop";
            bus.Subscribe<OrderPlaced>("billing", (_, context) =>
            {
                seen = context;
                return ValueTask.CompletedTask;
            });
        });
        var now = stage.Time.GetUtcNow();
        var id = EventId.New(stage.Time);
        var published = await stage.Bus.PublishAsync(
            new OrderPlaced("A"), new PublishOptions { Id = id, Key = "customer-7", Headers = Headers.Of(("h", "v")) }, BusStage.Cancel);
        await Clock.StandingStillUntilAsync(() => seen is not null, "the event");
        Assert.Equal((id, Durability.InMemory), (published.Id, published.Level));
        Assert.Equal((id, "orders.placed", "billing", "customer-7", now, 1), (seen!.Id, seen.Topic, seen.Group, seen.Key, seen.Time, seen.Attempt));
        Assert.Equal("v", seen.Headers["h"]);
        Assert.Equal(("/shop", "orders.placed", "application/json"), (seen.Envelope.Source, seen.Envelope.Type, seen.Envelope.ContentType));
        Assert.Equal("""{"id":"A"}""", BusStage.Text(seen.Envelope.Body));
        Assert.Null(seen.Services.GetService(typeof(string)));
        Assert.False(seen.Cancellation.IsCancellationRequested);
    }
}
