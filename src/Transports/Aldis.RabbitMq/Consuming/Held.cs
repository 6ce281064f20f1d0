using Aldis.Events;

namespace Aldis.RabbitMq;

/// <summary>An event that the broker has handed to this process.</summary>
/// <param name="Tag">Its number on the channel.</param>
/// <param name="Envelope">The event.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="IsSuspect">Whether it came back from somebody else, who may have died of it.</param>
internal readonly record struct Held(ulong Tag, Envelope Envelope, int Attempt, bool IsSuspect)
{
    /// <summary>How many milliseconds it has still to wait: its delay is longer than a queue can keep it.</summary>
    public long Remaining { get; init; }
}
