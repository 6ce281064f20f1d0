using Aldis.Events;

namespace Aldis.Catalog;

/// <summary>What exists in a bus: its events and who handles them. Fixed when the bus starts, but for events that are first seen when published.</summary>
public sealed class EventCatalog
{
    private readonly EventRegistry _registry;

    internal EventCatalog(EventRegistry registry, IReadOnlyList<Subscription> subscriptions)
    {
        _registry = registry;
        Subscriptions = subscriptions;
    }

    /// <summary>Every event type, by its name on the wire. A type that a carried signal has a topic of its own for is there for that topic as well.</summary>
    public IReadOnlyList<EventType> Events
        => [.. _registry.Types.Concat(Subscriptions.Select(subscription => subscription.Event)).DistinctBy(type => type.WireName).OrderBy(type => type.WireName, StringComparer.Ordinal)];

    /// <summary>Every handler, in the order in which they were subscribed.</summary>
    public IReadOnlyList<Subscription> Subscriptions { get; }

    /// <summary>The handlers by topic and group: each entry is one stream of deliveries.</summary>
    internal IEnumerable<IGrouping<(TopicName Topic, GroupName Group), Subscription>> Streams
        => Subscriptions.GroupBy(subscription => (subscription.Event.Topic, subscription.Group));
}
