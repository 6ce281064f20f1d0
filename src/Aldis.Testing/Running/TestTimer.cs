namespace Aldis.Testing.Running;

/// <summary>A timer of the <see cref="TestClock"/>.</summary>
internal sealed class TestTimer(TestClock clock, TimerCallback callback, object? state, HandlerRun? run) : ITimer
{
    private ITimer? _timer;
    private TimeSpan _period;

    /// <summary>The handler that waits for it, or null.</summary>
    public HandlerRun? Run => run;

    /// <summary>When it is due.</summary>
    public DateTimeOffset Due { get; set; }

    public static void Fire(object? timer) => ((TestTimer)timer!).Fire();

    public void Begin(ITimer timer) => _timer = timer;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period < TimeSpan.Zero ? period : TestClock.Whole(period);
        var due = dueTime < TimeSpan.Zero ? dueTime : TestClock.Whole(dueTime);
        clock.Set(this, due < TimeSpan.Zero ? null : clock.GetUtcNow() + due);
        return _timer!.Change(due, _period);
    }

    public void Dispose()
    {
        clock.Set(this, null);
        _timer!.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>It waits no longer before its callback runs: what that wakes up is awake.</summary>
    private void Fire()
    {
        clock.Set(this, _period > TimeSpan.Zero ? clock.GetUtcNow() + _period : null);
        callback(state);
    }
}
