namespace Aldis.Generators.Handlers;

/// <summary>How an object is built from the services.</summary>
internal sealed record BuildModel
{
    public string? Expression { get; init; }

    public EquatableArray<string> Needs { get; init; }

    public FaultModel? Fault { get; init; }

    public string? Unseen { get; init; }

    /// <summary>A handler that needs the object needs what the object needs.</summary>
    public HandlerModel With(HandlerModel handler) => handler with { Services = new(Needs.Concat(handler.Services)) };
}
