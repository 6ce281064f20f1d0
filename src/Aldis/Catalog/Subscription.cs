using Aldis.Events;
using Aldis.Pipeline;

namespace Aldis.Catalog;

/// <summary>A group's handler for one event type.</summary>
/// <param name="Event">The event type.</param>
/// <param name="Group">The group whose work the handler does; <see cref="GroupName.EachInstance"/> for the bus's private one.</param>
/// <param name="Handler">The innermost handler: decodes and calls the user's code.</param>
/// <param name="Options">How it is run.</param>
/// <param name="Origin">Where the handler comes from, for people: a method's name.</param>
/// <param name="Services">The services that the handler takes as parameters.</param>
public sealed record Subscription(
    EventType Event, GroupName Group, Handler Handler, SubscriptionOptions Options, string Origin, IReadOnlyList<Type> Services)
{
    /// <summary>Where the handler stands in the sources, where the compiler has said so.</summary>
    public SourcePlace? Place { get; init; }

    /// <summary>Who handles, and where it stands, for people.</summary>
    internal string Whereabouts => Place is null ? Origin : $"{Origin} ({Place})";

    /// <summary>The events that the handler's result is made of, where the compiler has said so.</summary>
    public IReadOnlyList<EventType> Publishes { get; init; } = [];

    /// <summary>Whether the handler was bound by reflection, and is called by it. The generator of Aldis says why it could not bind it (ALD9021).</summary>
    public bool ByReflection { get; init; }

    /// <summary>Whether the handler takes several events at a time. Then <see cref="Handler"/> puts an event into a batch and waits for its verdict.</summary>
    public bool InBatches { get; init; }

    /// <summary>Whether its options were said for the group, so that their breaker and rate limit are those of all topics of the group.</summary>
    internal bool SharesOptions { get; init; }
}
