using System.Data.Common;

namespace Aldis.EntityFrameworkCore;

/// <summary>An event that waits to be published, with its type still known.</summary>
internal sealed class RaisedEvent
{
    private readonly Func<IEventBus, DbTransaction, CancellationToken, ValueTask> _publish;

    private RaisedEvent(Func<IEventBus, DbTransaction, CancellationToken, ValueTask> publish) => _publish = publish;

    public static RaisedEvent Of<T>(Func<T> make, PublishOptions? options) where T : notnull
        => new(async (bus, transaction, cancel) => await bus.PublishAsync(make(), transaction, options, cancel).ConfigureAwait(false));

    public ValueTask PublishAsync(IEventBus bus, DbTransaction transaction, CancellationToken cancel) => _publish(bus, transaction, cancel);
}
