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
    private readonly Batcher<Settlement> _batcher;
    private readonly CancellationTokenSource _abandon;

    public Settler(IReceiver receiver, PumpSpec spec, Func<Envelope, ValueTask>? publishFirst, PumpHealth health, ILogger log, TimeProvider time)
    {
        (_receiver, _publishFirst, _health, _log, _group) = (receiver, publishFirst, health, log, spec.Group.Value);
        _backoff = new Backoff(time);
        _abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _batcher = new Batcher<Settlement>(FlushAsync, spec.MaxUnsettled, spec.MaxUnsettled);
    }

    /// <summary>Told how many settlements are through.</summary>
    public Action<int> Settled { get; set; } = static _ => { };

    public ValueTask AddAsync(Settlement settlement) => _batcher.AddAsync(settlement, CancellationToken.None);

    /// <summary>Sends what waits. A transport that fails is tried again for five seconds; what is not settled by then is delivered again.</summary>
    public async ValueTask DisposeAsync()
    {
        _abandon.CancelAfter(TimeSpan.FromSeconds(5));
        await _batcher.DisposeAsync().ConfigureAwait(false);
        _abandon.Dispose();
    }

    private async ValueTask FlushAsync(ReadOnlyMemory<Settlement> batch)
    {
        while (!_abandon.IsCancellationRequested && !await TrySettleAsync(batch).ConfigureAwait(false))
        {
        }

        Settled(batch.Length);
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
}
