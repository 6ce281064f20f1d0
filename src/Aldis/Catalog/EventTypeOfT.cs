using Aldis.Events;

namespace Aldis.Catalog;

/// <summary>What the catalogue knows of the event type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The type of the event.</typeparam>
public sealed class EventType<T> : EventType where T : notnull
{
    internal EventType(TopicName topic, int version, Func<T, string?>? key) : base(typeof(T), topic, version) => Key = key;

    /// <summary>What belongs together, or null where the type does not say.</summary>
    internal Func<T, string?>? Key { get; }

    internal Envelope Seal(T @event, PublishOptions? options, EnvelopeFactory factory)
        => factory.Make(this, options?.Key ?? Key?.Invoke(@event), factory.Encode(@event), options);

    internal override Envelope Seal(object @event, PublishOptions? options, EnvelopeFactory factory) => Seal((T)@event, options, factory);
}
