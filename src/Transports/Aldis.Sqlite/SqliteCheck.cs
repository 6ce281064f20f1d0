namespace Aldis;

/// <summary>What a look for damage has found.</summary>
/// <param name="Faults">Each fault as a sentence; at most 100 of each kind.</param>
public sealed record SqliteCheck(IReadOnlyList<string> Faults)
{
    /// <summary>Whether nothing was found.</summary>
    public bool IsSound => Faults.Count == 0;
}
