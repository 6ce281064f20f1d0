namespace Aldis.PostgreSql;

/// <summary>
/// Nothing tells when a transaction of a user is committed, and notifying in it would make its commit wait for those of all others who notify. So after something was written in one, the
/// schedule is looked at after 2 ms, 4 ms and so on, until the watch does that anyway.
/// </summary>
internal sealed class OutboxGlance(Pulses pulses, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _last = TimeSpan.FromMilliseconds(256);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private TimeSpan _next;

    /// <summary>Something will be there soon.</summary>
    public void Expect()
    {
        lock (_gate)
        {
            _next = _first;
            if (_running.IsCompleted && !_stop.IsCancellationRequested)
            {
                _running = GlanceAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    private async Task GlanceAsync()
    {
        await Task.Yield();
        while (Next() is { } wait)
        {
            await Task.Delay(wait, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pulses.Schedule.Beat();
        }
    }

    /// <summary>Null ends it. That is seen by whoever expects something, for both have the gate.</summary>
    private TimeSpan? Next()
    {
        lock (_gate)
        {
            var next = _next;
            _next *= 2;
            if (next > _last || _stop.IsCancellationRequested)
            {
                _running = Task.CompletedTask;
                return null;
            }

            return next;
        }
    }
}
