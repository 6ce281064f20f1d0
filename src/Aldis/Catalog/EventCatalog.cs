using Aldis.Events;

namespace Aldis.Catalog;

/// <summary>What exists in a bus: its events and who handles them. Fixed when the bus starts, but for events that are first seen when published.</summary>
public sealed class EventCatalog
{
    private readonly EventRegistry _registry;

    private readonly IReadOnlyList<PublishPlace> _places;

    internal EventCatalog(EventRegistry registry, IReadOnlyList<Subscription> subscriptions, IReadOnlyList<PublishPlace> places)
    {
        _registry = registry;
        _places = places;
        Subscriptions = subscriptions;
    }

    /// <summary>Every event type, by its name on the wire. A type that a carried signal has a topic of its own for is there for that topic as well.</summary>
    public IReadOnlyList<EventType> Events
        => [.. _registry.Types.Concat(Subscriptions.Select(subscription => subscription.Event)).DistinctBy(type => type.WireName).OrderBy(type => type.WireName, StringComparer.Ordinal)];

    /// <summary>Every handler, in the order in which they were subscribed.</summary>
    public IReadOnlyList<Subscription> Subscriptions { get; }

    /// <summary>
    /// Who publishes, as far as the compiler could see: handlers by what they return, and calls that name their event. An event that is published
    /// here and handled elsewhere is among them, and among <see cref="Events"/> once it was published.
    /// </summary>
    public IReadOnlyList<EventPublisher> Publishers
        => [.. _places.Select(Seen).OfType<EventPublisher>(), .. from subscription in Subscriptions
                                                                  from type in subscription.Publishes
                                                                  select new EventPublisher(type, subscription.Origin, subscription.Place)];

    /// <summary>The handlers by topic and group: each entry is one stream of deliveries.</summary>
    internal IEnumerable<IGrouping<(TopicName Topic, GroupName Group), Subscription>> Streams
        => Subscriptions.GroupBy(subscription => (subscription.Event.Topic, subscription.Group));

    private EventPublisher? Seen(PublishPlace place)
    {
        var type = _registry.TryFind(place.Event.ClrType, out var known) ? known : place.IsDeclared ? place.Event.Describe() : null;
        return type is null ? null : new EventPublisher(type, place.Origin, place.Place);
    }
}
