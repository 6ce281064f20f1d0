namespace Aldis.Benchmarks.RabbitMq;

internal sealed class AldisLane : ILane
{
    private EventBus? _bus;
    private int _handled;

    public int Handled => Volatile.Read(ref _handled);

    public static async Task<ILane> OpenAsync(string uri)
    {
        var lane = new AldisLane();
        var options = new RabbitMqOptions { Uri = uri, Topology = new RabbitMqTopology { Prefix = $"aldis-{Guid.NewGuid():N}" } };
        lane._bus = await EventBus.StartAsync(bus => bus.UseRabbitMq(options).Subscribe<Measured>("bench", (_, _) =>
        {
            Interlocked.Increment(ref lane._handled);
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { MaxUnsettled = 1024 }));
        return lane;
    }

    public async Task PublishAsync(Measured measured) => await _bus!.PublishAsync(measured);

    public ValueTask DisposeAsync() => _bus!.DisposeAsync();
}
