namespace Aldis.Generators.Handlers;

/// <summary>A class with [Subscribe] methods.</summary>
/// <param name="Type">The class, as generated code names it.</param>
/// <param name="Name">The name of the method that adds it.</param>
internal sealed record ClassModel(string Type, string Name)
{
    /// <summary>Whether it is among all handlers of the assembly: an abstract class has its methods for those derived from it.</summary>
    public bool IsListed { get; init; }

    /// <summary>Builds the object from <c>services</c>; null where none is needed.</summary>
    public string? Build { get; init; }

    /// <summary>Why it has no handlers, or cannot be built.</summary>
    public FaultModel? Fault { get; init; }

    public EquatableArray<MethodModel> Methods { get; init; }
}
