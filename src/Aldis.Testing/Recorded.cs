using Aldis.Events;

namespace Aldis.Testing;

/// <summary>An event as a test bus saw it.</summary>
/// <typeparam name="T">The type of the event.</typeparam>
/// <param name="Event">The event, decoded anew.</param>
/// <param name="Envelope">The event as bytes.</param>
/// <param name="At">When it was seen, by the bus's clock.</param>
public sealed record Recorded<T>(T Event, Envelope Envelope, DateTimeOffset At) where T : notnull
{
    /// <summary>Its identity.</summary>
    public EventId Id => Envelope.Id;

    /// <summary>Its key, or null.</summary>
    public string? Key => Envelope.Key;

    /// <summary>What travels beside it.</summary>
    public Headers Headers => Envelope.Headers;

    /// <summary>The group that handled it, failed at it or gave it up, as it was named when it subscribed; null for what was published.</summary>
    public string? Group { get; init; }

    /// <summary>Which delivery to the group it was, from 1; 0 for what was published.</summary>
    public int Attempt { get; init; }

    /// <summary>Why the group gave it up; null for what is no dead letter.</summary>
    public string? Reason { get; init; }

    /// <summary>The error with which the attempt failed, as text; null where there was none.</summary>
    public string? Error { get; init; }
}
