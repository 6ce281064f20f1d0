using Aldis.Diagnostics;
using Aldis.Errors;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>
/// What a pump asks before it receives and before it begins an event. Shut while the group is paused or its breaker is open: then nothing is received or begun,
/// and what is held stays leased. A rate limit lets one event after the other through.
/// </summary>
#pragma warning disable CA1001 // The source ends with the token of the pump that it is linked to.
internal sealed class Gate
#pragma warning restore CA1001
{
    private readonly GroupGate _group;
    private readonly Breaker? _breaker;
    private readonly TokenBucket? _bucket;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private CancellationTokenSource? _receiving;
    private long _lastBegun;

    public Gate(GroupGate group, Breaker? breaker, TokenBucket? bucket, ILogger log, TimeProvider time)
    {
        (_group, _breaker, _bucket, _log, _time) = (group, breaker, bucket, log, time);
        group.Add(this);
    }

    /// <summary>How many events may be begun in a row.</summary>
    public int Burst => _bucket?.Burst ?? int.MaxValue;

    /// <summary>How many handlers run.</summary>
    public int Running { get; private set; }

    /// <summary>An open breaker, or null.</summary>
    public Fault? Trouble
    {
        get
        {
            lock (_group.Lock)
            {
                return _breaker?.Trouble;
            }
        }
    }

    /// <summary>For a test: whether no event may be begun now, how long that takes where time alone changes it, and how many handlers run.</summary>
    public (bool IsShut, TimeSpan? Wait, int Running) Now
    {
        get
        {
            lock (_group.Lock)
            {
                TimeSpan? wait = _group.IsPaused ? null : _breaker?.Stops == true ? _breaker.Wait : _bucket?.Wait;
                return (IsShut || wait > TimeSpan.Zero, wait, Running);
            }
        }
    }

    /// <summary>For a test that has moved the clock: whoever waits here looks again.</summary>
    public void Wake() => _group.Changed.Beat();

    /// <summary>For how long nothing but the handlers could hold events up; null while the gate does.</summary>
    public TimeSpan? FlowsFor
    {
        get
        {
            lock (_group.Lock)
            {
                var (group, breaker, bucket) = (_group.FlowsFor, _breaker is null ? TimeSpan.MaxValue : _breaker.FlowsFor, _bucket is null ? TimeSpan.MaxValue : _bucket.FlowsFor);
                return group is null || breaker is null || bucket is null ? null : Least(group.Value, Least(breaker.Value, bucket.Value));
            }
        }
    }

    private bool IsShut => _group.IsPaused || _breaker?.Stops == true;

    /// <summary>Waits until events may be received.</summary>
    /// <param name="stop">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Cancelled as soon as the gate is shut: what waits to receive shall not take anything any more.</returns>
    public async ValueTask<CancellationToken> OpenAsync(CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var changed = _group.Changed.Next;
            TimeSpan? wait;
            lock (_group.Lock)
            {
                if (!IsShut)
                {
                    return Receiving(stop);
                }

                wait = _group.IsPaused ? null : _breaker?.Wait;
            }

            await Pulse.WaitAsync(changed, wait, _time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until an event may be begun. Then it counts as running, until <see cref="Leave"/> is called.</summary>
    /// <param name="stop">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>To be given to <see cref="Leave"/>.</returns>
    public ValueTask<int> EnterAsync(CancellationToken stop)
        => !stop.IsCancellationRequested && TryEnter(out var era, out _) ? new(era) : WaitAsync(stop);

    /// <summary>The event that was begun has ended.</summary>
    /// <param name="era">What <see cref="EnterAsync"/> returned.</param>
    /// <param name="outcome">How.</param>
    /// <param name="error">The error, where it failed with one.</param>
    public void Leave(int era, Outcome outcome, Exception? error)
    {
        var change = BreakerChange.None;
        bool isPaused;
        lock (_group.Lock)
        {
            Running--;
            isPaused = _group.IsPaused;
            if (_breaker is not null && _breaker.Era == era)
            {
                change = _breaker.End(outcome, error);
                if (change == BreakerChange.Opened)
                {
                    _ = _group.EndReceives();
                }
            }
        }

        if (isPaused || change != BreakerChange.None)
        {
            Log(change, error);
            _group.Changed.Beat();
        }
    }

    /// <summary>What the handlers are doing, for a person who wonders why nothing goes on.</summary>
    public string Describe()
    {
        lock (_group.Lock)
        {
            var busy = _time.GetElapsedTime(_lastBegun);
            return Running == 0 ? "No handler runs: what was handled waits for its verdict to be stored."
                : _breaker?.IsTrying == true ? $"The one event that its open breaker tries has been in its handler for {busy}."
                : Running == 1 ? $"Its one handler that runs was begun {busy} ago."
                : $"{Running} handlers run, and none was begun for {busy}.";
        }
    }

    /// <summary>Called with the lock held: what follows from the cancellation runs elsewhere, without it.</summary>
    /// <returns>Ends when the receive that waits, if any, knows.</returns>
    public Task EndReceiveIfShut() => IsShut && _receiving is not null ? _receiving.CancelAsync() : Task.CompletedTask;

    private async ValueTask<int> WaitAsync(CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var changed = _group.Changed.Next;
            if (TryEnter(out var era, out var wait))
            {
                return era;
            }

            await Pulse.WaitAsync(changed, wait, _time, stop).ConfigureAwait(false);
        }
    }

    /// <param name="era">The breaker's.</param>
    /// <param name="wait">Where it does not let the event through: how long until it may; null for until something changes.</param>
    private bool TryEnter(out int era, out TimeSpan? wait)
    {
        lock (_group.Lock)
        {
            era = _breaker?.Era ?? 0;
            wait = _group.IsPaused ? null : _breaker?.Stops == true ? _breaker.Wait : _bucket?.Wait;
            if (IsShut || wait > TimeSpan.Zero)
            {
                return false;
            }

            _breaker?.Begin();
            _bucket?.Take();
            Running++;
            _lastBegun = _time.GetTimestamp();
            return true;
        }
    }

    private void Log(BreakerChange change, Exception? error)
    {
        switch (change)
        {
            case BreakerChange.Opened or BreakerChange.StillOpen:
                _log.BreakerOpened(_breaker!.Name, _breaker.Options.OpenFor, error);
                break;
            case BreakerChange.Closed:
                _log.BreakerClosed(_breaker!.Name);
                break;
        }
    }

    /// <summary>A source that was cancelled when the gate was shut is replaced, now that it is open. Only one receive at a time looks at it.</summary>
    private CancellationToken Receiving(CancellationToken stop)
    {
        if (_receiving?.IsCancellationRequested != false)
        {
            _receiving?.Dispose();
            _receiving = CancellationTokenSource.CreateLinkedTokenSource(stop);
        }

        return _receiving.Token;
    }

    private static TimeSpan Least(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
