namespace Aldis.Generators.Handlers;

/// <summary>A call that publishes.</summary>
internal sealed record PublishModel(EventModel Event, bool IsDeclared, string Origin, PlaceModel Place);
