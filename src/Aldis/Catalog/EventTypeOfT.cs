using Aldis.Events;

namespace Aldis.Catalog;

/// <summary>What the catalogue knows of the event type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The type of the event.</typeparam>
public sealed class EventType<T> : EventType where T : notnull
{
    private readonly Func<T, string?>? _key;

    internal EventType(TopicName topic, int version, Func<T, string?>? key) : base(typeof(T), topic, version) => _key = key;

    internal Envelope Seal(T @event, PublishOptions? options, EnvelopeFactory factory)
        => factory.Make(this, options?.Key ?? _key?.Invoke(@event), factory.Encode(@event), options);

    internal override Envelope Seal(object @event, PublishOptions? options, EnvelopeFactory factory) => Seal((T)@event, options, factory);
}
