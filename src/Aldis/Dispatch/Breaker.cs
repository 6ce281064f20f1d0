using Aldis.Errors;

namespace Aldis.Dispatch;

/// <summary>A circuit breaker at work. Its callers share a lock.</summary>
/// <param name="options">When it opens, and for how long.</param>
/// <param name="name">Whose it is, for people: <c>of the group 'mail'</c>.</param>
/// <param name="time">The clock of the time for which it is open.</param>
internal sealed class Breaker(CircuitBreaker options, string name, TimeProvider time)
{
    private readonly Queue<bool> _failed = new();
    private int _failures;
    private long _since = time.GetTimestamp();
    private bool _triesNext;
    private string? _lastError;

    /// <summary>Whose it is.</summary>
    public string Name => name;

    public CircuitBreaker Options => options;

    /// <summary>Changes whenever the breaker opens or closes, so that what was begun before says nothing about what came after.</summary>
    public int Era { get; private set; }

    /// <summary>That it is open, and why; null while it is not.</summary>
    public Fault? Trouble { get; private set; }

    /// <summary>Whether the one event is being tried that decides how it goes on.</summary>
    public bool IsTrying { get; private set; }

    public bool IsOpen => Trouble is not null;

    /// <summary>Whether nothing may be begun now.</summary>
    public bool Stops => IsOpen && (IsTrying || Left > TimeSpan.Zero);

    /// <summary>While it stops: how long until one event may be tried, or null while one is being tried.</summary>
    public TimeSpan? Wait => IsTrying ? null : Left;

    /// <summary>Never less than nothing: a timer takes no such wait.</summary>
    private TimeSpan Left => _triesNext ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, (options.OpenFor - time.GetElapsedTime(_since)).Ticks));

    /// <summary>For how long it has been closed, or has been trying one event; null while it is open and tries none.</summary>
    public TimeSpan? FlowsFor => IsOpen && !IsTrying ? null : time.GetElapsedTime(_since);

    /// <summary>An event is begun: the one that is tried, if the breaker is open.</summary>
    public void Begin()
    {
        if (IsOpen)
        {
            (IsTrying, _triesNext, _since) = (true, false, time.GetTimestamp());
        }
    }

    /// <summary>An event that was begun in this era has ended.</summary>
    public BreakerChange End(Outcome outcome, Exception? error)
    {
        // Not its message, which may hold what is in the event.
        _lastError = error?.GetType().ToString() ?? _lastError;
        if (IsOpen)
        {
            return EndTrial(outcome);
        }

        Count(outcome);
        return _failed.Count >= options.AtLeast && _failures >= options.FailureShare * _failed.Count ? Open() : BreakerChange.None;
    }

    private void Count(Outcome outcome)
    {
        if (outcome == Outcome.None)
        {
            return;
        }

        _failed.Enqueue(outcome == Outcome.Failed);
        _failures += outcome == Outcome.Failed ? 1 : 0;
        if (_failed.Count > options.Last && _failed.Dequeue())
        {
            _failures--;
        }
    }

    private BreakerChange Open()
    {
        Era++;
        _since = time.GetTimestamp();
        Trouble = new Fault(ErrorCodes.BreakerOpen, $"The breaker {name} is open since {time.GetUtcNow():u}.",
            $"{_failures} of the last {_failed.Count} events failed, the last with {_lastError ?? "a verdict of a step"}; one event is tried every {options.OpenFor}.");
        _failed.Clear();
        _failures = 0;
        return BreakerChange.Opened;
    }

    private BreakerChange EndTrial(Outcome outcome)
    {
        IsTrying = false;
        switch (outcome)
        {
            case Outcome.Succeeded:
                Era++;
                (Trouble, _since) = (null, time.GetTimestamp());
                return BreakerChange.Closed;
            case Outcome.Failed:
                _since = time.GetTimestamp();
                return BreakerChange.StillOpen;
            default:
                _triesNext = true;
                return BreakerChange.TrialOver;
        }
    }
}
