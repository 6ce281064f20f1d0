using Aldis.Diagnostics;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>
/// What the pumps of one group have in common: whether the group is paused, how many of its handlers run, and the lock and the pulse of their gates.
/// </summary>
internal sealed class GroupGate(string name, ILogger log, TimeProvider time)
{
    private readonly List<Gate> _gates = [];
    private bool _hasEnded;
    private int _pauses;
    private long _resumedAt = time.GetTimestamp();

    /// <summary>Guards the gates of the group, with the breakers and buckets they share.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Beats when a gate may have opened, and when a handler has ended in a paused group.</summary>
    public Pulse Changed { get; } = new();

    public bool IsPaused { get; private set; }

    /// <summary>For how long the group has not been paused; null while it is.</summary>
    public TimeSpan? FlowsFor => IsPaused ? null : time.GetElapsedTime(_resumedAt);

    private int Running => _gates.Sum(gate => gate.Running);

    public void Add(Gate gate)
    {
        lock (Lock)
        {
            _gates.Add(gate);
        }
    }

    /// <summary>Completes when no handler of the group runs any more.</summary>
    /// <exception cref="OperationCanceledException">The caller did not want to wait longer, or the group goes on, or the bus has stopped.</exception>
    public async ValueTask PauseAsync(CancellationToken cancel)
    {
        var mine = Pause(out var receivesEnd);
        await receivesEnd.ConfigureAwait(false);
        while (true)
        {
            var changed = Changed.Next;
            lock (Lock)
            {
                if (_hasEnded || !IsPaused || _pauses != mine)
                {
                    throw new OperationCanceledException($"The group '{name}' was resumed, or the bus has stopped, before its last handler had ended.");
                }

                if (Running == 0)
                {
                    return;
                }
            }

            await changed.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    public void Resume()
    {
        lock (Lock)
        {
            if (!IsPaused)
            {
                return;
            }

            IsPaused = false;
            _resumedAt = time.GetTimestamp();
        }

        log.Resumed(name);
        Changed.Beat();
    }

    /// <summary>The bus stops: whoever waits for a pause is told.</summary>
    public void End()
    {
        lock (Lock)
        {
            _hasEnded = true;
        }

        Changed.Beat();
    }

    /// <summary>Ends every receive that waits where nothing may be received now. Called with the lock held.</summary>
    public Task EndReceives() => Task.WhenAll(_gates.Select(gate => gate.EndReceiveIfShut()));

    /// <summary>Which pause it is: so that one which was resumed and paused anew does not pass for this one.</summary>
    private int Pause(out Task receivesEnd)
    {
        lock (Lock)
        {
            receivesEnd = Task.CompletedTask;
            if (IsPaused)
            {
                return _pauses;
            }

            IsPaused = true;
            receivesEnd = EndReceives();
            log.Paused(name);
            return ++_pauses;
        }
    }
}
