namespace Aldis.Generators.Handlers;

/// <summary>A call whose place generated code takes.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Location">The attribute that names the place to the compiler.</param>
/// <param name="Place">The place.</param>
internal sealed record CallModel(CallKind Kind, string Location, PlaceModel Place)
{
    /// <summary>The type that the call is made on, or on whose type argument it depends.</summary>
    public string Type { get; init; } = "";

    /// <summary>The type of the delegate.</summary>
    public string Delegate { get; init; } = "";

    public HandlerModel? Handler { get; init; }

    /// <summary>A class that is bound here, because no table has it.</summary>
    public ClassModel? Class { get; init; }

    /// <summary>The method of a table that has the class.</summary>
    public string? Table { get; init; }

    public EquatableArray<ReceiverModel> Receivers { get; init; }
}
