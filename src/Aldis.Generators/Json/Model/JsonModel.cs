using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>
/// What the emitted metadata of one event type is made of: the type and everything it reaches. Holds no symbol, and equals the model of
/// another run unless something has changed that is seen in the JSON.
/// </summary>
/// <param name="Root">The event type, fully qualified.</param>
/// <param name="Types">Every type it reaches, itself included, ordered by name.</param>
/// <param name="Faults">Why there can be no metadata. With any, the event is for the reflection resolver.</param>
internal sealed record JsonModel(string Root, EquatableArray<JsonTypeModel> Types, EquatableArray<JsonFault> Faults)
{
    /// <summary>Whether metadata can be emitted for everything the event reaches.</summary>
    public bool IsComplete => Faults.Count == 0;

    /// <summary>Reads an event type and everything it reaches.</summary>
    /// <param name="root">The event type.</param>
    /// <param name="compilation">The compilation the metadata is emitted into: what it cannot name cannot be written.</param>
    /// <param name="cancellation">Stops the reading when the compiler has moved on.</param>
    public static JsonModel Of(ITypeSymbol root, Compilation compilation, CancellationToken cancellation = default)
        => new JsonSurvey(compilation, cancellation).Read(root);
}

/// <summary>One reason why an event has no emitted metadata.</summary>
/// <param name="Type">The type that stands in the way, as a person writes it.</param>
/// <param name="Reason">What is the matter with it: the end of a sentence that begins with the type.</param>
internal sealed record JsonFault(string Type, string Reason);
