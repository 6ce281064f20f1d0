using Aldis.Catalog;
using Aldis.Events;

namespace Aldis;

/// <summary>A topic of a bus: what is published on it, who handles it, and who publishes it.</summary>
internal sealed record TopicDescription(
    TopicName Name, IReadOnlyList<EventType> Events, IReadOnlyList<Subscription> Subscriptions, IReadOnlyList<EventPublisher> Publishers);
