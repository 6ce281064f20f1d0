using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>The place of a member at the ledger of its own process. Disposing returns what the member has not settled.</summary>
internal sealed class OwnSeat : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _ending = new();
    private readonly StaleKeys _stale = new();
    private readonly Action<Lot> _offer;
    private readonly Tap _tap;
    private long _received;

    /// <summary>Takes the place; there is no credit yet.</summary>
    /// <param name="ledger">The receiver of the ledger; disposed of with it.</param>
    /// <param name="offer">Gets what was taken, in order.</param>
    /// <param name="failed">Told when the ledger cannot hand out.</param>
    public OwnSeat(IReceiver ledger, Action<Lot> offer, Action<Exception> failed)
    {
        _offer = offer;
        _tap = new Tap(ledger, Offer, failed);
    }

    /// <summary>Says how many events there is room for, beyond those that came.</summary>
    public void Allow(int room) => _tap.Allow(Volatile.Read(ref _received) + room);

    /// <summary>Whether a delivery came too early for its key.</summary>
    public bool IsStale(Delivery delivery, long number) => _stale.Has(delivery.Envelope.Key, number);

    /// <summary>Settles, one call after another.</summary>
    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(Settlement[] batch, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var refused = await _tap.SettleAsync(batch, cancel).ConfigureAwait(false);
            if (Array.Exists(batch, one => StaleKeys.Blocks(one)))
            {
                await _tap.PassAsync().ConfigureAwait(false);
                _stale.Mark(batch, Volatile.Read(ref _received));
            }

            return refused;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives back what came too early.</summary>
    public async void Return(Delivery delivery)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await SettleAsync([new Settlement(delivery, Verdict.Return, [])], _ending.Token).ConfigureAwait(false);
                return;
            }
            catch (Exception)
            {
                // It is nobody else's business, and has to go back.
                await Task.Delay(_pause, TimeProvider.System, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _tap.DisposeAsync().ConfigureAwait(false);
    }

    private void Offer(ReadOnlySpan<Delivery> deliveries)
    {
        var first = _received;
        Volatile.Write(ref _received, first + deliveries.Length);
        _offer(new OwnLot(this, deliveries.ToArray(), first));
    }
}
