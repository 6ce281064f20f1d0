namespace Aldis.PostgreSql;

/// <summary>A batch of a topic's events that a receiver holds.</summary>
/// <param name="token">The fencing token.</param>
/// <param name="first">The number of its first event.</param>
/// <param name="last">The number of its last event.</param>
internal sealed class RangeLease(long token, long first, long last)
{
    public long Token => token;

    public long First => first;

    public long Last => last;

    public int Length => (int)(last - first + 1);
}

/// <summary>An event that a receiver holds by itself.</summary>
/// <param name="row">Its row.</param>
/// <param name="isSuspect">Whether an earlier lease on it was lost, so that it may be what killed its process.</param>
internal sealed class RowLease(long row, bool isSuspect)
{
    public long Row => row;

    public bool IsSuspect => isSuspect;
}
