namespace Aldis;

/// <summary>Connections that one place in the program has made and nobody has ended.</summary>
/// <param name="Source">The signal or subject.</param>
/// <param name="Place">The method, with file and line where the program's symbols are at hand.</param>
/// <param name="Count">How many.</param>
public sealed record OpenConnections(string Source, string Place, int Count)
{
    /// <summary>For example <c>3 × signal 'orders.placed' of Shop.OrderPlaced, connected by Shop.Screen.Open in Screen.cs:line 12</c>.</summary>
    public override string ToString() => $"{Count} × {Source}, connected by {Place}";
}
