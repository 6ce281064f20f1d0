using MassTransit;

namespace Aldis.Benchmarks.RabbitMq;

internal sealed class MassTransitLane : ILane
{
    private IBusControl? _bus;
    private int _handled;

    public int Handled => Volatile.Read(ref _handled);

    public static async Task<ILane> OpenAsync(string uri)
    {
        var lane = new MassTransitLane();
        lane._bus = Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            var address = new Uri(uri);
            bus.Host(address.Host, (ushort)address.Port, "/", host =>
            {
                host.Username("guest");
                host.Password("guest");
            });
            bus.PrefetchCount = 2048;
            bus.ReceiveEndpoint($"masstransit-{Guid.NewGuid():N}", endpoint =>
            {
                endpoint.SetQuorumQueue();
                endpoint.Handler<MassTransitMeasured>(_ =>
                {
                    Interlocked.Increment(ref lane._handled);
                    return Task.CompletedTask;
                });
            });
        });
        await lane._bus.StartAsync();
        return lane;
    }

    public Task PublishAsync(Measured measured) => _bus!.Publish(new MassTransitMeasured(measured.Number, measured.Text));

    public async ValueTask DisposeAsync() => await _bus!.StopAsync();
}

/// <summary>The event, under a name of its own: the library makes an exchange of it.</summary>
public sealed record MassTransitMeasured(int Number, string Text);
