namespace Aldis.Generators.Handlers;

/// <summary>A method that handles an event: how it is called and what becomes of its result.</summary>
internal sealed record HandlerModel(string Origin, PlaceModel? Place)
{
    /// <summary>Why it is none; then the rest is empty.</summary>
    public FaultModel? Fault { get; init; }

    public EventModel Event { get; init; } = new("", null, 1);

    /// <summary>The arguments of the call, as expressions over <c>@event</c> and <c>context</c>.</summary>
    public EquatableArray<string> Arguments { get; init; }

    /// <summary>The types of the services that it must have.</summary>
    public EquatableArray<string> Services { get; init; }

    /// <summary>The types of the events in its result.</summary>
    public EquatableArray<EventModel> Publishes { get; init; }

    public bool IsAwaited { get; init; }

    public ResultKind Result { get; init; }
}
