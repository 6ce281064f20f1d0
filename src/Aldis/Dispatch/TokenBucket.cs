namespace Aldis.Dispatch;

/// <summary>
/// A rate limit at work: the generic cell rate algorithm (ITU-T I.371), which is a token bucket that keeps one number instead of counting. Its callers share a
/// lock.
/// </summary>
internal sealed class TokenBucket
{
    private static readonly TimeSpan _finest = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly double _interval;
    private readonly double _tolerance;
    private double _nextDue;

    public TokenBucket(RateLimit limit, TimeProvider time)
    {
        (_time, _start) = (time, time.GetTimestamp());
        _interval = (double)limit.Per.Ticks / limit.Events;
        Burst = (int)Math.Clamp(Math.Ceiling(_finest.Ticks / _interval), limit.Burst, int.MaxValue);
        _tolerance = (Burst - 1) * _interval;
    }

    /// <summary>How many tokens it holds when it is full.</summary>
    public int Burst { get; }

    /// <summary>How long until there is a token; zero if there is one.</summary>
    public TimeSpan Wait
    {
        get
        {
            var wait = _nextDue - _tolerance - Now;
            return wait > 0 ? TimeSpan.FromTicks((long)Math.Min(Math.Ceiling(wait), long.MaxValue / 2)) : TimeSpan.Zero;
        }
    }

    /// <summary>For how long there has been a token; null while there is none.</summary>
    public TimeSpan? FlowsFor => Wait > TimeSpan.Zero ? null : TimeSpan.FromTicks((long)(Now - Math.Max(_nextDue - _tolerance, 0)));

    private long Now => _time.GetElapsedTime(_start).Ticks;

    /// <summary>Takes a token that is there.</summary>
    public void Take() => _nextDue = Math.Max(Now, _nextDue) + _interval;
}
