using Mediator;

namespace Aldis.Benchmarks.Signals;

/// <summary>The receiver of Mediator, which makes the objects by itself: as many as it is registered times.</summary>
public sealed class PingHandler : INotificationHandler<Ping>
{
    private int _count;

    public ValueTask Handle(Ping notification, CancellationToken cancellationToken)
    {
        _count++;
        return default;
    }
}
