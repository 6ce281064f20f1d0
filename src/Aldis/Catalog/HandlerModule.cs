using System.ComponentModel;

namespace Aldis.Catalog;

/// <summary>What one assembly declares and publishes. Made by generated code, once for an assembly.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class HandlerModule
{
    /// <summary>The types that the assembly marks with [Event].</summary>
    public IReadOnlyList<EventDeclaration> Events { get; init; } = [];

    /// <summary>The places where the assembly publishes.</summary>
    public IReadOnlyList<PublishPlace> Publishers { get; init; } = [];
}
