using Aldis.Dispatch;

namespace Aldis.Testing.Running;

/// <summary>
/// A clock that stands still until it is moved, and knows its timers: when the next is due, and which belong to a handler. It always stands at a whole millisecond, as
/// timers count them. One caller moves it at a time; everything else is safe for any thread.
/// </summary>
internal sealed class TestClock(DateTimeOffset start, Movement movement) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<TestTimer> _waiting = [];
    private DateTimeOffset _now = Whole(start.ToUniversalTime());
    private long _turn;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>When the next timer is due, or null.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Min(timer => (DateTimeOffset?)timer.Due);
            }
        }
    }

    /// <summary>The shortest time of whole milliseconds that is not shorter.</summary>
    public static TimeSpan Whole(TimeSpan span)
        => TimeSpan.FromTicks((span.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new TestTimer(this, callback, state, HandlerRun.Current);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>When a run's next timer is due, or null where it waits for none.</summary>
    public DateTimeOffset? NextDueOf(HandlerRun run)
    {
        lock (_gate)
        {
            return _waiting.Where(timer => timer.Run == run).Min(timer => (DateTimeOffset?)timer.Due);
        }
    }

    /// <summary>Moves on, from timer to timer: each sees its own time, and what it wakes goes on here, as far as it does not wait.</summary>
    public void MoveTo(DateTimeOffset moment)
    {
        while (TakeDue(moment) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>A timer waits from now on, or no longer.</summary>
    internal void Set(TestTimer timer, TimeSpan? dueTime)
    {
        lock (_gate)
        {
            _waiting.Remove(timer);
            if (dueTime is { } due)
            {
                (timer.Due, timer.Turn) = (_now + Whole(due), ++_turn);
                _waiting.Add(timer);
            }
        }

        movement.Tell();
    }

    /// <summary>It waits no longer before it is called: what it wakes is awake. When there is none, the moment has come.</summary>
    private TestTimer? TakeDue(DateTimeOffset moment)
    {
        lock (_gate)
        {
            var next = _waiting.Where(timer => timer.Due <= moment).MinBy(timer => (timer.Due, timer.Turn));
            var now = next?.Due ?? moment;
            _now = now > _now ? now : _now;
            if (next is not null)
            {
                _waiting.Remove(next);
                if (next.Period is { } period)
                {
                    (next.Due, next.Turn) = (_now + period, ++_turn);
                    _waiting.Add(next);
                }
            }

            return next;
        }
    }

    private static DateTimeOffset Whole(DateTimeOffset moment) => new(Whole(TimeSpan.FromTicks(moment.Ticks)).Ticks, TimeSpan.Zero);
}
