using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Bus;

public sealed class ScheduleTests
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly ConcurrentQueue<string> _handled = new();

    [Fact]
    public async Task What_is_published_for_later_comes_then_and_not_before()
    {
        await using var stage = await StartAsync();
        var now = stage.Time.GetUtcNow();
        var published = await stage.Bus.PublishAsync(new OrderPlaced("after"), new PublishOptions { After = _hour }, BusStage.Cancel);
        await stage.PublishAsync(new OrderPlaced("at"), new PublishOptions { At = now + (2 * _hour) });
        await stage.PublishAsync(new OrderPlaced("now"));
        Assert.Equal(Durability.InMemory, published.Level);
        var due = await stage.Bus.Schedule.ListAsync(BusStage.Cancel).ToListAsync(BusStage.Cancel);
        Assert.Equal([_hour, 2 * _hour], due.Select(one => one.Due - now));
        Assert.Equal(published.Id, due[0].Envelope.Id);
        await stage.UntilAsync(() => _handled.Count == 1, "what is published at once");
        await UntilHandledAsync(stage, now + _hour, "now", "after");
        await UntilHandledAsync(stage, now + (2 * _hour), "now", "after", "at");
    }

    [Fact]
    public async Task What_is_cancelled_does_not_come()
    {
        await using var stage = await StartAsync();
        var id = await stage.PublishAsync(new OrderPlaced("never"), new PublishOptions { After = _hour });
        await stage.PublishAsync(new OrderPlaced("later"), new PublishOptions { After = _hour });
        Assert.True(await stage.Bus.Schedule.CancelAsync(id, BusStage.Cancel));
        Assert.False(await stage.Bus.Schedule.CancelAsync(id, BusStage.Cancel));
        stage.Time.Advance(_hour);
        await stage.UntilAsync(() => !_handled.IsEmpty, "the other one");
        Assert.Equal(["later"], _handled);
    }

    [Fact]
    public async Task What_a_handler_publishes_for_later_goes_with_its_acknowledgement()
    {
        var fail = true;
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", (order, context) =>
            {
                context.Publish(new OrderShipped(order.Id), new PublishOptions { After = _hour });
                (var failing, fail) = (fail, false);
                return failing ? throw new InvalidOperationException("the first time") : ValueTask.CompletedTask;
            }, new SubscriptionOptions { Retry = new RetryPolicy { ImmediateRetries = 0 } })
            .Subscribe<OrderShipped>("mailing", (order, _) =>
            {
                _handled.Enqueue(order.Id);
                return ValueTask.CompletedTask;
            }));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.UntilAsync(() => stage.Transport.Settled == 2, "a failure and a success");
        stage.Time.Advance(_hour);
        await stage.UntilAsync(() => !_handled.IsEmpty, "what was scheduled");
        await stage.Time.RunOnAsync();
        Assert.Equal(["A"], _handled);
    }

    [Fact]
    public async Task At_and_after_together_are_refused_and_so_is_a_span_into_the_past()
    {
        await using var stage = await StartAsync();
        foreach (var options in new[] { new PublishOptions { At = stage.Time.GetUtcNow(), After = _hour }, new PublishOptions { After = -_hour } })
        {
            var error = await Assert.ThrowsAsync<AldisException>(() => stage.PublishAsync(new OrderPlaced("A"), options));
            Assert.Equal(ErrorCodes.InvalidOption, error.Fault.Code);
        }
    }

    [Fact]
    public async Task A_ledger_keeps_what_the_transport_cannot_and_publishes_it_there()
    {
        await using var stage = new BusStage();
        var ledger = new InMemoryTransport(new InMemoryOptions(), stage.Time);
        await stage.StartAsync(bus => Subscribe(bus.UseTransport(_ => new PlainTransport(stage.Memory)).UseLedger(_ => ledger)));
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { After = _hour });
        Assert.Single(await ((ISchedule)ledger).ListAsync(BusStage.Cancel).ToListAsync(BusStage.Cancel));
        stage.Time.Advance(_hour);
        await stage.UntilAsync(() => _handled.SequenceEqual(["A"]), "what was scheduled");
    }

    [Fact]
    public async Task Without_transport_or_ledger_that_schedule_it_is_refused_with_the_line_to_add()
    {
        await using var stage = new BusStage();
        await stage.StartAsync(bus => Subscribe(bus.UseTransport(_ => new PlainTransport(stage.Memory))));
        var error = await Assert.ThrowsAsync<AldisException>(() => stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { After = _hour }));
        Assert.Equal(ErrorCodes.MissingFeature, error.Fault.Code);
        Assert.Contains("UseSqliteLedger", error.Message, StringComparison.Ordinal);

        await using var other = new BusStage();
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => other.StartAsync(
            bus => bus.UseTransport(_ => new PlainTransport(other.Memory)).AddSchedule("hourly", Timetable.Every(_hour), slot => new OrderPlaced($"{slot}"))));
        Assert.Equal(ErrorCodes.MissingFeature, Assert.Single(refused.Faults).Code);
    }

    private async Task UntilHandledAsync(BusStage stage, DateTimeOffset when, params string[] ids)
    {
        while (stage.Time.GetUtcNow() < when - TimeSpan.FromMinutes(1))
        {
            stage.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await stage.Time.RunOnAsync(5);
        Assert.Equal(ids[..^1], _handled);
        await stage.UntilAsync(() => _handled.Count == ids.Length, ids[^1]);
        Assert.Equal(ids, _handled);
        Assert.True(stage.Time.GetUtcNow() >= when, $"{ids[^1]} came too early");
    }

    private EventBusBuilder Subscribe(EventBusBuilder bus) => bus.Subscribe<OrderPlaced>("billing", (order, _) =>
    {
        _handled.Enqueue(order.Id);
        return ValueTask.CompletedTask;
    });

    private Task<BusStage> StartAsync() => BusStage.StartedAsync(bus => Subscribe(bus));
}
