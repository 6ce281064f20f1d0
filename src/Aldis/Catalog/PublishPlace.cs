using System.ComponentModel;

namespace Aldis.Catalog;

/// <summary>A call that publishes an event. Made by generated code.</summary>
/// <param name="event">The event, as the call names its type.</param>
/// <param name="isDeclared">Whether the type is marked with [Event], and so is an event of every bus.</param>
/// <param name="origin">The method that it stands in.</param>
/// <param name="place">Where it stands.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PublishPlace(EventDeclaration @event, bool isDeclared, string origin, SourcePlace place)
{
    internal EventDeclaration Event { get; } = @event;

    internal bool IsDeclared { get; } = isDeclared;

    internal string Origin { get; } = origin;

    internal SourcePlace Place { get; } = place;
}
