using Aldis.Dispatch;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Testing.Running;

/// <summary>
/// A clock that is moved by hand, and knows its timers: when the next is due, and which belong to a handler. It always stands at a whole millisecond, as
/// timers count them.
/// </summary>
internal sealed class TestClock(DateTimeOffset start, Movement movement) : FakeTimeProvider(Whole(start))
{
    private readonly Lock _gate = new();
    private readonly HashSet<TestTimer> _waiting = [];

    /// <summary>When the next timer is due, or null.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0 ? null : _waiting.Min(timer => timer.Due);
            }
        }
    }

    /// <summary>The first whole millisecond that is not before a moment.</summary>
    public static DateTimeOffset Whole(DateTimeOffset moment) => moment + (Whole(TimeSpan.FromTicks(moment.Ticks)) - TimeSpan.FromTicks(moment.Ticks));

    /// <summary>The shortest time of whole milliseconds that is not shorter.</summary>
    public static TimeSpan Whole(TimeSpan span)
        => TimeSpan.FromTicks((span.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond);

    /// <summary>When a run's next timer is due, or null where it waits for none.</summary>
    public DateTimeOffset? NextDueOf(HandlerRun run)
    {
        lock (_gate)
        {
            return _waiting.Where(timer => timer.Run == run).Min(timer => (DateTimeOffset?)timer.Due);
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new TestTimer(this, callback, state, HandlerRun.Current);
        timer.Begin(base.CreateTimer(TestTimer.Fire, timer, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>A timer waits until then, or no longer.</summary>
    internal void Set(TestTimer timer, DateTimeOffset? due)
    {
        lock (_gate)
        {
            if (due is { } moment)
            {
                timer.Due = moment;
                _waiting.Add(timer);
            }
            else
            {
                _waiting.Remove(timer);
            }
        }

        movement.Tell();
    }
}
