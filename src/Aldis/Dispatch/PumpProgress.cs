using Aldis.Errors;

namespace Aldis.Dispatch;

/// <summary>
/// What a pump holds, and since when it has made no progress: no verdict stored while there are deliveries to settle. Costs a look at the clock for each batch, not
/// for each event.
/// </summary>
internal sealed class PumpProgress(PumpSpec spec, Gate gate, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _held;
    private long _since;

    /// <summary>Whether the pump has made no progress for longer than it may, and why; null while all is well. Any thread may ask.</summary>
    public Fault? Trouble
    {
        get
        {
            var (held, since) = Held();
            if (held == 0 || spec.Watchdog is not { } patience || gate.FlowsFor is not { } flows)
            {
                return null;
            }

            // What was held up by a pause, a breaker or a limit was not held up by its handlers: their time begins anew.
            var stuck = time.GetElapsedTime(since);
            stuck = stuck < flows ? stuck : flows;
            return stuck < patience ? null : Explain(held, stuck);
        }
    }

    public void Received(int count)
    {
        lock (_lock)
        {
            if (_held == 0)
            {
                _since = time.GetTimestamp();
            }

            _held += count;
        }
    }

    public void Settled(int count)
    {
        lock (_lock)
        {
            _held -= count;
            _since = time.GetTimestamp();
        }
    }

    private (int Held, long Since) Held()
    {
        lock (_lock)
        {
            return (_held, _since);
        }
    }

    private Fault Explain(int held, TimeSpan stuck) => new(ErrorCodes.NoProgress,
        $"The group '{spec.Group}' makes no progress on '{spec.Topic}': it holds {held} deliveries and has settled none since {time.GetUtcNow() - stuck:u}.",
        gate.Describe());
}
