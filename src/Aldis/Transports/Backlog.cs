using Aldis.Events;

namespace Aldis.Transports;

/// <summary>What a group has still to do on a topic.</summary>
/// <param name="Depth">How many events it has still to settle: those that wait, those that wait to be tried again, and those in hand. Dead letters are not among them.</param>
/// <param name="Oldest">When the oldest of them was published, by its publisher's clock; null where there is none, or it is not known.</param>
public readonly record struct Backlog(long Depth, DateTimeOffset? Oldest)
{
    internal static Backlog Of(IReadOnlyCollection<Envelope> events)
        => new(events.Count, events.Count == 0 ? null : events.Min(@event => @event.Time));

    internal Backlog And(Backlog other) => new(Depth + other.Depth, Oldest is null || other.Oldest < Oldest ? other.Oldest : Oldest);
}
