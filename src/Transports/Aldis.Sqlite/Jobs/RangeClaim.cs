namespace Aldis.Sqlite;

/// <summary>A batch of a topic's events that this process holds: a lease in memory. Changed only on the writer's thread, after a commit.</summary>
/// <param name="token">The fencing token.</param>
/// <param name="first">The number of its first event.</param>
/// <param name="last">The number of its last event.</param>
/// <param name="settled">Which of its events are not handed out: they were parked.</param>
internal sealed class RangeClaim(long token, long first, long last, byte[] settled)
{
    public long Token => token;

    public long First => first;

    public long Last => last;

    /// <summary>Which of its events are settled.</summary>
    public byte[] Settled { get; set; } = settled;

    /// <summary>Whether all of it is settled, given what is.</summary>
    public bool IsThrough(ReadOnlySpan<byte> settled) => SettledBits.Count(settled) == last - first + 1;
}
