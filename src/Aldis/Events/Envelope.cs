namespace Aldis.Events;

/// <summary>
/// What crosses a transport: an event as bytes, with its identity. On a wire it is a CloudEvents 1.0 event.
/// Immutable; safe for any thread. Two envelopes are the same event when their <see cref="Id"/> is the same.
/// </summary>
public sealed record Envelope
{
    /// <summary>The identity, given before the first attempt to publish and never changed.</summary>
    public required EventId Id { get; init; }

    /// <summary>The topic it is published on.</summary>
    public required TopicName Topic { get; init; }

    /// <summary>
    /// The event type's name on the wire (CloudEvents <c>type</c>): the topic's name for version 1, else with <c>.v2</c>, <c>.v3</c> … behind it.
    /// A name is only ever looked up in the catalogue; it never makes an object by itself.
    /// </summary>
    public required string Type { get; init; }

    /// <summary>Who published it (CloudEvents <c>source</c>), for example <c>/storefront</c>.</summary>
    public required string Source { get; init; }

    /// <summary>When it was published, by the publisher's clock, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What belongs together: events with the same key are about the same thing. Null where there is no such thing.</summary>
    public string? Key { get; init; }

    /// <summary>The media type of <see cref="Body"/>, for example <c>application/json</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>What travels beside the event.</summary>
    public Headers Headers { get; init; } = Headers.Empty;

    /// <summary>The event as bytes. Whoever made the envelope does not change them afterwards.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The type and the id: never the body, never a header.</summary>
    public override string ToString() => $"{Printable.Of(Type)} {Id}";
}
