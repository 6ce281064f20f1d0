using Aldis.Diagnostics;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>
/// Sends the verdicts of one receiver, in batches. Where the transport cannot settle and publish in one step, what was published goes first:
/// then a crash in between repeats an event but loses none.
/// </summary>
internal sealed class Settler : IAsyncDisposable
{
    private readonly IReceiver _receiver;
    private readonly Func<Envelope, ValueTask>? _publishFirst;
    private readonly PumpHealth _health;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private readonly string _group;
    private readonly Batcher<Outgoing> _batcher;
    private readonly Settlement[] _batch;
    private readonly CancellationTokenSource _abandon;

    public Settler(IReceiver receiver, PumpSpec spec, Func<Envelope, ValueTask>? publishFirst, PumpHealth health, ILogger log, TimeProvider time)
    {
        (_receiver, _publishFirst, _health, _log, _group) = (receiver, publishFirst, health, log, spec.Group.Value);
        _backoff = new Backoff(time);
        _abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _batch = new Settlement[spec.MaxUnsettled];
        _batcher = new Batcher<Outgoing>(FlushAsync, spec.MaxUnsettled, spec.MaxUnsettled);
    }

    /// <summary>Told how many settlements are through.</summary>
    public Action<int> Settled { get; set; } = static _ => { };

    /// <summary>Told of a lane whose settlement is through.</summary>
    public Action<Lane> Stored { get; set; } = static _ => { };

    /// <summary>Sends a settlement after those added before. There is room: whoever holds a delivery has one settlement.</summary>
    /// <param name="settlement">The settlement.</param>
    /// <param name="lane">The lane that waits for it, or null.</param>
    /// <returns>False where the settler is disposed.</returns>
    public bool Add(Settlement settlement, Lane? lane = null) => _batcher.TryAdd(new Outgoing(settlement, lane));

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
        TellLanes(outgoing.Span);
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

    private void TellLanes(ReadOnlySpan<Outgoing> outgoing)
    {
        foreach (var one in outgoing)
        {
            if (one.Lane is not null)
            {
                Stored(one.Lane);
            }
        }
    }

    private async ValueTask<bool> TrySettleAsync(ReadOnlyMemory<Settlement> batch)
    {
        try
        {
            var settled = _publishFirst is null ? batch : await PublishFirstAsync(batch, _publishFirst).ConfigureAwait(false);
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
            _health.SettleFailed(error, _backoff.Delay);
            await WaitAsync().ConfigureAwait(false);
            return false;
        }
    }

    private static async ValueTask<ReadOnlyMemory<Settlement>> PublishFirstAsync(
        ReadOnlyMemory<Settlement> batch, Func<Envelope, ValueTask> publish)
    {
        var settled = batch.ToArray();
        await Task.WhenAll(settled.SelectMany(settlement => settlement.Published).Select(envelope => publish(envelope).AsTask())).ConfigureAwait(false);
        return Array.ConvertAll(settled, settlement => settlement with { Published = [] });
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

    private readonly record struct Outgoing(Settlement Settlement, Lane? Lane);
}
