using System.Runtime.InteropServices;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>
/// One member of a group that receives from a transport, and from the ledger that keeps what the transport cannot. A delivery of the transport that is not done is adopted by the ledger and
/// then done for the transport: a crash in between leaves it in both, and loses none.
/// </summary>
/// <remarks>
/// Order by key, where the transport gives the events of a key to one receiver at a time: while the ledger holds a key, each event of it that the transport hands out is adopted behind
/// those that are there, and so is one that goes back. One whose predecessors the pump still has is handed out all the same: the lanes have it wait for them, or give it back after them.
/// </remarks>
/// <param name="inner">The receiver of the transport.</param>
/// <param name="kept">The receiver of the ledger.</param>
/// <param name="store">The ledger.</param>
/// <param name="spec">What it receives.</param>
/// <param name="ordersKeys">Whether the events of a key come in order, to one receiver at a time.</param>
#pragma warning disable CA1001 // Nobody waits for a handle of the semaphore.
internal sealed class LedgeredReceiver(IReceiver inner, IReceiver kept, IDeliveryStore store, ReceiverSpec spec, bool ordersKeys) : IReceiver
#pragma warning restore CA1001
{
    private static readonly IReadOnlySet<string> _none = new HashSet<string>();

    private readonly Intake _fresh = new(inner, spec.MaxUnsettled);

    private readonly SemaphoreSlim _settling = new(1);

    /// <summary>The keys of what the transport handed out and the pump has not settled, with how many.</summary>
    private readonly Dictionary<string, int> _out = new(StringComparer.Ordinal);

    /// <summary>What the ledger has done for a batch whose settlement is being tried again.</summary>
    private readonly HashSet<object> _through = new(ReferenceEqualityComparer.Instance);

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        while (true)
        {
            var again = await ReceiveAgainAsync(buffer, cancel).ConfigureAwait(false);
            if (again > 0)
            {
                Mark(buffer.Span[..again]);
                return again;
            }

            if (cancel.IsCancellationRequested)
            {
                await _fresh.CancelAsync().ConfigureAwait(false);
            }

            await _fresh.EndAsync().ConfigureAwait(false);
            if (_fresh.Count == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }
            else if (await TakeFreshAsync(buffer).ConfigureAwait(false) is > 0 and var fresh)
            {
                return fresh;
            }
        }
    }

    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        var all = batch.ToArray();
        Settlement[] ofLedger = [.. all.Where(one => one.Delivery.Lease is Kept && !_through.Contains(one.Delivery.Envelope))];
        Settlement[] others = [.. all.Where(one => one.Delivery.Lease is not Kept)];
        var refused = new List<Settlement>();
        if (ofLedger.Length > 0)
        {
            refused.AddRange(await kept.SettleAsync(Array.ConvertAll(ofLedger, Unmark), cancel).ConfigureAwait(false));
            _through.UnionWith(ofLedger.Select(one => one.Delivery.Envelope));
        }

        if (others.Length > 0)
        {
            Settlement[] adopted = [.. others.Where(one => IsForLedger(one) && !_through.Contains(one.Delivery.Envelope))];
            await AdoptAsync(adopted, cancel).ConfigureAwait(false);
            _through.UnionWith(adopted.Select(one => one.Delivery.Envelope));
            refused.AddRange(await SettleFreshAsync(Array.ConvertAll(others, DoneIfAdopted), cancel).ConfigureAwait(false));
            TakeBack(others);
        }

        _through.Clear();
        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await kept.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Receives from the ledger until the transport has something. It is asked anew each time, and hands out at once what it has: an event that waited here meanwhile might come
    /// before an earlier one of its key that was tried again.
    /// </summary>
    /// <returns>How many there are; none where the transport has something, or the wait was cancelled.</returns>
    private async ValueTask<int> ReceiveAgainAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var again = kept.ReceiveAsync(buffer, enough.Token).AsTask();
        await Task.WhenAny(again, _fresh.Begin(buffer.Length)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        await ((Task)again).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return again.IsCanceled ? 0 : await again.ConfigureAwait(false);
    }

    /// <summary>Hands out what no key keeps back, and has the ledger adopt the others.</summary>
    private async ValueTask<int> TakeFreshAsync(Memory<Delivery> buffer)
    {
        // Not to be cut short: what the ledger has adopted is to be done for the transport.
        var cancel = CancellationToken.None;
        var keys = KeysToLookUp(_fresh.Peek(buffer.Length));
        var held = keys.Count == 0 ? keys : await store.HeldKeysAsync(spec.Topic, spec.Group, keys, cancel).ConfigureAwait(false);
        Settlement[] back = [.. _fresh.Peek(buffer.Length).Where(one => one.Envelope.Key is { } key && held.Contains(key)).Select(one => new Settlement(one, Verdict.Return, []))];
        if (back.Length > 0)
        {
            await AdoptAsync(back, cancel).ConfigureAwait(false);
            await SettleFreshAsync(Array.ConvertAll(back, DoneIfAdopted), cancel).ConfigureAwait(false);
        }

        var count = Remove(buffer.Span[.._fresh.Take(buffer.Span)], held);
        HandOut(buffer.Span[..count]);
        return count;
    }

    /// <summary>Those of which the pump has none.</summary>
    private IReadOnlySet<string> KeysToLookUp(IEnumerable<Delivery> deliveries)
    {
        lock (_out)
        {
            return ordersKeys ? deliveries.Select(one => one.Envelope.Key).OfType<string>().Where(key => !_out.ContainsKey(key)).ToHashSet(StringComparer.Ordinal) : _none;
        }
    }

    private void HandOut(ReadOnlySpan<Delivery> deliveries)
    {
        lock (_out)
        {
            foreach (var delivery in deliveries)
            {
                if (ordersKeys && delivery.Envelope.Key is { } key)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(_out, key, out _)++;
                }
            }
        }
    }

    private void TakeBack(Settlement[] settlements)
    {
        lock (_out)
        {
            foreach (var settlement in settlements)
            {
                if (settlement.Delivery.Envelope.Key is { } key && _out.TryGetValue(key, out var count) && (_out[key] = count - 1) == 0)
                {
                    _out.Remove(key);
                }
            }
        }
    }

    private static int Remove(Span<Delivery> deliveries, IReadOnlySet<string> held)
    {
        var left = 0;
        foreach (var delivery in deliveries)
        {
            if (delivery.Envelope.Key is not { } key || !held.Contains(key))
            {
                deliveries[left++] = delivery;
            }
        }

        return left;
    }

    private async ValueTask AdoptAsync(Settlement[] settlements, CancellationToken cancel)
    {
        if (settlements.Length > 0)
        {
            await store.AdoptAsync(spec.Group, settlements, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Called beside each other by what receives and by what settles; the receiver is not.</summary>
    private async ValueTask<IReadOnlyList<Settlement>> SettleFreshAsync(Settlement[] settlements, CancellationToken cancel)
    {
        await _settling.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await inner.SettleAsync(settlements, cancel).ConfigureAwait(false);
        }
        finally
        {
            _settling.Release();
        }
    }

    private bool IsForLedger(Settlement settlement) => settlement.Verdict.Kind switch
    {
        VerdictKind.Done => false,
        VerdictKind.Return => ordersKeys && settlement.Delivery.Envelope.Key is not null,
        _ => true,
    };

    private Settlement DoneIfAdopted(Settlement settlement) => IsForLedger(settlement) ? settlement with { Verdict = Verdict.Done } : settlement;

    private static void Mark(Span<Delivery> deliveries)
    {
        foreach (ref var delivery in deliveries)
        {
            delivery = delivery with { Lease = new Kept(delivery.Lease) };
        }
    }

    private static Settlement Unmark(Settlement settlement)
        => settlement with { Delivery = settlement.Delivery with { Lease = ((Kept)settlement.Delivery.Lease!).Lease } };

    /// <summary>Says that the ledger handed it out.</summary>
    private sealed record Kept(object? Lease);
}
