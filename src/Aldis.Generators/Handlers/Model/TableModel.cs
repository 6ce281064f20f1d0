namespace Aldis.Generators.Handlers;

/// <summary>What an assembly has for its table.</summary>
/// <param name="Classes">The methods that add its classes.</param>
/// <param name="Events">The types that it marks with [Event].</param>
/// <param name="Publishers">Where it publishes.</param>
/// <param name="IsUsed">Whether anything needs the table.</param>
internal sealed record TableModel(EquatableArray<string> Classes, EquatableArray<EventModel> Events, EquatableArray<PublishModel> Publishers, bool IsUsed);
