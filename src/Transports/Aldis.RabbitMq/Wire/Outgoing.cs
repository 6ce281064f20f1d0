using Aldis.Events;
using RabbitMQ.Client;

namespace Aldis.RabbitMq;

/// <summary>A message to publish.</summary>
/// <param name="Envelope">The event.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="RoutingKey">Its way from there.</param>
internal readonly record struct Outgoing(Envelope Envelope, string Exchange, string RoutingKey)
{
    /// <summary>What the transport says beside the event; null for nothing.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>>? Notes { get; init; }

    /// <summary>The properties of a message that is no event, which goes as it came; null for an event.</summary>
    public IReadOnlyBasicProperties? Foreign { get; init; }

    /// <summary>Whether nobody minds where no queue gets it.</summary>
    public bool MayBeUnroutable { get; init; }
}
