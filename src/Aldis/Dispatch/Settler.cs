using Aldis.Diagnostics;
using Aldis.Pipeline;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>Sends the verdicts of one receiver, in batches.</summary>
internal sealed class Settler : IAsyncDisposable
{
    /// <summary>What keeps dead letters is away for longer, as a rule, than a busy moment of the transport.</summary>
    private static readonly TimeSpan _beforeDead = TimeSpan.FromSeconds(1);

    private readonly IReceiver _receiver;
    private readonly Supplement _supplement;
    private readonly PumpHealth _health;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private readonly string _group;
    private readonly GroupInbox? _inbox;
    private readonly Batcher<Outgoing> _batcher;
    private readonly Settlement[] _batch;
    private readonly CancellationTokenSource _abandon;

    public Settler(IReceiver receiver, PumpSpec spec, Supplement supplement, PumpHealth health, ILogger log, TimeProvider time)
    {
        (_receiver, _supplement, _health, _log, _group, _inbox) = (receiver, supplement, health, log, spec.Group.Value, spec.Inbox);
        _backoff = new Backoff(time);
        _abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _batch = new Settlement[spec.MaxUnsettled];
        _batcher = new Batcher<Outgoing>(FlushAsync, spec.MaxUnsettled, spec.MaxUnsettled);
    }

    /// <summary>Told how many settlements are through.</summary>
    public Action<int> Settled { get; set; } = static _ => { };

    /// <summary>Told of an event of a lane that is back at the transport.</summary>
    public Action<LaneReturn> Stored { get; set; } = static _ => { };

    /// <summary>Sends a settlement after those added before. There is room: whoever holds a delivery has one settlement.</summary>
    /// <param name="settlement">The settlement.</param>
    /// <param name="back">What is told when it is stored, or null.</param>
    /// <returns>False where the settler is disposed.</returns>
    public bool Add(Settlement settlement, LaneReturn? back = null) => _batcher.TryAdd(new Outgoing(settlement, back));

    /// <summary>Sends what waits. A transport that fails is tried again for five seconds; what is not settled by then is delivered again.</summary>
    public async ValueTask DisposeAsync()
    {
        _abandon.CancelAfter(TimeSpan.FromSeconds(5));
        await _batcher.DisposeAsync().ConfigureAwait(false);
        _abandon.Dispose();
    }

    private async ValueTask FlushAsync(ReadOnlyMemory<Outgoing> outgoing)
    {
        var batch = Unpack(outgoing.Span);
        while (!_abandon.IsCancellationRequested && !await TrySettleAsync(batch).ConfigureAwait(false))
        {
        }

        Array.Clear(_batch, 0, batch.Length);
        Tell(outgoing.Span);
        Settled(batch.Length);
    }

    private Memory<Settlement> Unpack(ReadOnlySpan<Outgoing> outgoing)
    {
        for (var index = 0; index < outgoing.Length; index++)
        {
            _batch[index] = outgoing[index].Settlement;
        }

        return _batch.AsMemory(0, outgoing.Length);
    }

    private void Tell(ReadOnlySpan<Outgoing> outgoing)
    {
        foreach (var one in outgoing)
        {
            if (one.Settlement.Remember is not null)
            {
                _inbox?.Forget(one.Settlement.Delivery.Envelope.Id);
            }

            if (one.Back is not null)
            {
                Stored(one.Back);
            }
        }
    }

    private async ValueTask<bool> TrySettleAsync(ReadOnlyMemory<Settlement> batch)
    {
        try
        {
            var settled = _supplement.IsEmpty ? batch : await _supplement.ApplyAsync(batch, _abandon.Token).ConfigureAwait(false);
            foreach (var refused in await _receiver.SettleAsync(settled, _abandon.Token).ConfigureAwait(false))
            {
                _log.LeaseLost(refused.Delivery.Envelope, _group);
            }

            _health.Settled();
            _backoff.Reset();
            return true;
        }
        catch (Exception error)
        {
            if (HasDead(batch.Span))
            {
                _backoff.AtLeast(_beforeDead);
            }

            _health.SettleFailed(error, _backoff.Delay);
            await WaitAsync().ConfigureAwait(false);
            return false;
        }
    }

    private static bool HasDead(ReadOnlySpan<Settlement> batch)
    {
        foreach (var settlement in batch)
        {
            if (settlement.Verdict.Kind == VerdictKind.Dead)
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask WaitAsync()
    {
        try
        {
            await _backoff.WaitAsync(_abandon.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the loop above ends.
        }
    }

    private readonly record struct Outgoing(Settlement Settlement, LaneReturn? Back);
}
