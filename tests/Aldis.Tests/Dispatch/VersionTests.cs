using System.Collections.Concurrent;
using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

public sealed class VersionTests
{
    private readonly ConcurrentQueue<object> _handled = new();

    [Fact]
    public async Task Each_version_of_an_event_goes_to_its_own_handler_in_the_group()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<First>("billing", Handle).Subscribe<Second>("billing", Handle));
        await stage.PublishAsync(new First(1));
        await stage.PublishAsync(new Second(2, "EUR"));
        await stage.PublishAsync(new First(3));
        await stage.UntilAsync(() => _handled.Count == 3, "three events");
        Assert.Equal([new First(1), new Second(2, "EUR"), new First(3)], _handled);
    }

    [Fact]
    public async Task A_version_that_the_group_does_not_handle_is_a_dead_letter()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<First>("billing", Handle).AddEvent<Second>());
        await stage.PublishAsync(new Second(2, "EUR"));
        var letter = await stage.DeadLetterAsync();
        Assert.StartsWith("ALD1405", letter.Reason, StringComparison.Ordinal);
        Assert.Equal("payments.v2", letter.Envelope.Type);
        Assert.Empty(_handled);
    }

    [Fact]
    public async Task Versions_share_the_handlers_of_their_group()
    {
        var gate = new Gate();
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<First>("billing", (_, _) => new(gate.PassAsync())).Subscribe<Second>("billing", (_, _) => new(gate.PassAsync())));
        await stage.PublishAsync(new First(1));
        await stage.PublishAsync(new Second(2, "EUR"));
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1, "a handler");
        await stage.Time.RunOnAsync();
        gate.Open();
        await stage.UntilAsync(() => gate.Passed == 2, "both events");
        Assert.Equal(1, gate.MostInside);
    }

    private ValueTask Handle<T>(T @event, EventContext context) where T : notnull
    {
        _handled.Enqueue(@event);
        return ValueTask.CompletedTask;
    }

    [Event("payments")]
    internal sealed record First(int Amount);

    [Event("payments", Version = 2)]
    internal sealed record Second(int Amount, string Currency);
}
