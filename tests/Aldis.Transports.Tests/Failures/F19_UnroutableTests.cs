using Aldis.Transports.Tests.RabbitMq;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F19")]
public sealed class F19_UnroutableTests
{
    [Fact]
    public async Task An_event_for_which_there_is_no_queue_is_always_refused()
    {
        var events = Figures.Size(everyday: 500, full: 50_000);
        var server = await Rabbit.SharedAsync();
        await using var bus = await EventBus.StartAsync(bus => bus.UseRabbitMq(Rabbit.Options(server.Uri)).AddEvent<Noted>());
        var typed = 0;
        await Parallel.ForAsync(0, events, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (number, _) =>
        {
            var error = await Assert.ThrowsAsync<PublishException>(() => bus.PublishAsync(new Noted($"{number}")).AsTask());
            Interlocked.Add(ref typed, error is { MayBeStored: false, InnerException: TransportException { Code: "ALD2101" } } ? 1 : 0);
        });
        Figures.Print("F19", $"rabbitmq unroutable: events {events}, typed errors {typed}");
        Assert.Equal(events, typed);
    }

    [Fact]
    public async Task It_may_be_dropped_where_that_is_said()
    {
        var server = await Rabbit.SharedAsync();
        await using var bus = await EventBus.StartAsync(bus => bus.UseRabbitMq(Rabbit.Options(server.Uri) with { WhenUnroutable = RabbitMqUnroutable.Drop }).AddEvent<Noted>());
        Assert.NotEqual(default, (await bus.PublishAsync(new Noted("for nobody"))).Id);
    }
}
