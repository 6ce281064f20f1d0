namespace Aldis;

/// <summary>A topic seen by a publisher: the place for events of one type. Safe for any thread; lives as long as its bus.</summary>
/// <typeparam name="T">The type of the events.</typeparam>
public sealed class Topic<T> where T : notnull
{
    private readonly IEventBus _bus;

    internal Topic(IEventBus bus, string name) => (_bus, Name) = (bus, name);

    /// <summary>The topic's name, for example <c>orders.placed</c>.</summary>
    public string Name { get; }

    /// <inheritdoc cref="IEventBus.PublishAsync{T}"/>
    public ValueTask<Published> PublishAsync(T @event, PublishOptions? options = null, CancellationToken cancel = default)
        => _bus.PublishAsync(@event, options, cancel);
}
