namespace Aldis.Tests.Support;

/// <summary>A clock whose wall time somebody sets; its timers and its monotonic time go on as if nothing had been.</summary>
internal sealed class SetClock(TimeProvider inner) : TimeProvider
{
    /// <summary>By how much the wall clock was set.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
}
