using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>The place of a member at the ledger of its own process. Disposing returns what the member has not settled.</summary>
internal sealed class OwnSeat : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Delivery> _unseen = [];
    private readonly Dictionary<string, List<Delivery>> _held = new(StringComparer.Ordinal);
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

    /// <summary>Whether the member may have a delivery: not where it went back, or is about to, because an earlier one of its key comes again.</summary>
    public bool TryGive(long number, Delivery delivery)
    {
        if (delivery.Envelope.Key is not { } key)
        {
            return true;
        }

        lock (_gate)
        {
            if (!_unseen.Remove(number))
            {
                return false;
            }

            if (_held.TryGetValue(key, out var early))
            {
                early.Add(delivery);
                return false;
            }

            return true;
        }
    }

    /// <summary>Settles. What came of a key that has to wait now, and was not given yet, goes back in the same step.</summary>
    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(Settlement[] batch, CancellationToken cancel)
    {
        var keys = HeldKeys.Of(batch);
        if (keys.Length == 0)
        {
            return await _tap.SettleAsync(batch, cancel).ConfigureAwait(false);
        }

        await _tap.HoldAsync().ConfigureAwait(false);
        try
        {
            var early = TakeBack(keys);
            var refused = await _tap.SettleAsync(batch.Concat(early.Select(one => new Settlement(one, Verdict.Return, []))).ToArray(), CancellationToken.None).ConfigureAwait(false);
            Release(keys);
            return [.. refused.Where(one => !early.Contains(one.Delivery))];
        }
        finally
        {
            _tap.Release();
        }
    }

    public ValueTask DisposeAsync() => _tap.DisposeAsync();

    private void Offer(ReadOnlySpan<Delivery> deliveries)
    {
        var first = _received;
        lock (_gate)
        {
            for (var index = 0; index < deliveries.Length; index++)
            {
                if (deliveries[index].Envelope.Key is not null)
                {
                    _unseen.Add(first + index, deliveries[index]);
                }
            }
        }

        Volatile.Write(ref _received, first + deliveries.Length);
        _offer(new OwnLot(this, deliveries.ToArray(), first));
    }

    /// <summary>What is not given yet of these keys. They are held, whatever becomes of the settlement, until one is kept.</summary>
    private List<Delivery> TakeBack(string[] keys)
    {
        lock (_gate)
        {
            foreach (var key in keys)
            {
                _held.TryAdd(key, []);
            }

            foreach (var (number, delivery) in _unseen.OrderBy(one => one.Key).ToArray())
            {
                if (_held.TryGetValue(delivery.Envelope.Key!, out var early))
                {
                    early.Add(delivery);
                    _unseen.Remove(number);
                }
            }

            return [.. keys.SelectMany(key => _held[key])];
        }
    }

    private void Release(string[] keys)
    {
        lock (_gate)
        {
            Array.ForEach(keys, key => _held.Remove(key));
        }
    }
}
