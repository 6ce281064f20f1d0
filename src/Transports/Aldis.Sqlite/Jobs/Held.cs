namespace Aldis.Sqlite;

/// <summary>What a receiver holds when it asks for more.</summary>
/// <param name="Claims">The tokens of its claims.</param>
/// <param name="Rows">The rows it has leased, with their fencing tokens: it may have lost some of them since, and another may have them now.</param>
/// <param name="HasSuspect">Whether one of them may be what killed another process.</param>
internal sealed record Held(IReadOnlySet<long> Claims, IReadOnlySet<(long Row, long Epoch)> Rows, bool HasSuspect)
{
    /// <summary>Whether the lease on a row is this receiver's.</summary>
    public bool HasLease(long row, long epoch) => Rows.Contains((row, epoch));
}
