namespace Aldis.Catalog;

/// <summary>Somebody who publishes an event, as far as the compiler can see.</summary>
/// <param name="Event">The event type.</param>
/// <param name="Origin">Who, for people: a method's name.</param>
/// <param name="Place">Where it stands, if known.</param>
public sealed record EventPublisher(EventType Event, string Origin, SourcePlace? Place);
