namespace Aldis.ZeroMq;

/// <summary>
/// How many events have waited for a group that is away for longer than they may. It is known from how many there were back then: the first of those that wait now are the same, as nobody takes any.
/// Counts by a clock that nobody can set, from when this process saw them first. For one thread at a time.
/// </summary>
internal sealed class WaitingTimes(TimeSpan longest, TimeProvider time)
{
    /// <summary>It is noted so often within the time: they wait longer by a part of that at most.</summary>
    private const int Notes = 64;

    private readonly Queue<(long At, long Count)> _notes = [];
    private long _notedAt;
    private long _late;
    private long _gone;

    /// <summary>So many are waiting now.</summary>
    /// <returns>How many of them have waited for too long: the first ones.</returns>
    public long See(long waiting)
    {
        var now = time.GetTimestamp();
        if (_notes.Count == 0 || time.GetElapsedTime(_notedAt, now) >= longest / Notes)
        {
            _notes.Enqueue((now, waiting + _gone));
            _notedAt = now;
        }

        while (_notes.TryPeek(out var first) && time.GetElapsedTime(first.At, now) > longest)
        {
            _late = _notes.Dequeue().Count;
        }

        return Math.Clamp(_late - _gone, 0, waiting);
    }

    /// <summary>So many of the first ones do not wait any more.</summary>
    public void Went(long count) => _gone += count;
}
