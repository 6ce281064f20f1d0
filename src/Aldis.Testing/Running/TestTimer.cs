namespace Aldis.Testing.Running;

/// <summary>A timer of the <see cref="TestClock"/>, which guards what it says of itself.</summary>
internal sealed class TestTimer(TestClock clock, TimerCallback callback, object? state, HandlerRun? run) : ITimer
{
    private volatile bool _isDisposed;

    /// <summary>The handler that waits for it, or null.</summary>
    public HandlerRun? Run => run;

    /// <summary>When it is due.</summary>
    public DateTimeOffset Due { get; set; }

    /// <summary>Of two that are due at a time, the one that was set first comes first.</summary>
    public long Turn { get; set; }

    /// <summary>The time between two calls, or null for one call.</summary>
    public TimeSpan? Period { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_isDisposed)
        {
            return false;
        }

        Period = period > TimeSpan.Zero ? TestClock.Whole(period) : null;
        clock.Set(this, dueTime < TimeSpan.Zero ? null : dueTime);
        return true;
    }

    public void Dispose()
    {
        _isDisposed = true;
        clock.Set(this, null);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Fire()
    {
        if (!_isDisposed)
        {
            callback(state);
        }
    }
}
