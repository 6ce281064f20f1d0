using System.ComponentModel;

namespace Aldis.Catalog;

/// <summary>What the compiler knows of a handler. Made by generated code.</summary>
/// <param name="origin">Where it comes from, for people: a method's name.</param>
/// <param name="place">Where it stands, if its source is known.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class HandlerInfo(string origin, SourcePlace? place)
{
    /// <summary>Where it comes from.</summary>
    public string Origin { get; } = origin;

    /// <summary>Where it stands.</summary>
    public SourcePlace? Place { get; } = place;

    /// <summary>What the assembly of the handler declares and publishes.</summary>
    public HandlerModule? Module { get; init; }

    /// <summary>The services that it must have.</summary>
    public IReadOnlyList<Type> Services { get; init; } = [];

    /// <summary>The events that its result is made of.</summary>
    public IReadOnlyList<EventDeclaration> Publishes { get; init; } = [];
}
