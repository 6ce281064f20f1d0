using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>
/// A transport whose groups keep in a ledger what it cannot keep: retries that wait, dead letters, and the later events of a key that is held by one of these. The ledger starts and ends with it.
/// </summary>
internal class LedgeredTransport : ITransport, IDeadLetterStore
{
    private readonly ITransport _inner;
    private readonly ITransport _ledger;

    private LedgeredTransport(ITransport inner, ITransport ledger)
    {
        (_inner, _ledger) = (inner, ledger);

        // A verdict of a delivery that the ledger has, and what the transport publishes, cannot be one step.
        Features = inner.Features with { KeyOrder = inner.Features.KeyOrder || inner.Features.KeyOwner, DeadLetters = true, Delays = true, AtomicSettlement = false, Remembers = false, Schedules = false };
    }

    public TransportFeatures Features { get; }

    private IDeliveryStore Store => (IDeliveryStore)_ledger;

    /// <summary>The transport with what the ledger adds, or as it is where it needs nothing of that or the ledger has it not.</summary>
    public static ITransport Join(ITransport transport, ITransport? ledger) => ledger is not IDeliveryStore || KeepsAll(transport) ? transport
        : transport is IBacklog && ledger is IBacklog ? new Counted(transport, ledger)
        : new LedgeredTransport(transport, ledger);

    public async ValueTask StartAsync(CancellationToken cancel)
    {
        await _inner.StartAsync(cancel).ConfigureAwait(false);
        await _ledger.StartAsync(cancel).ConfigureAwait(false);
    }

    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => _inner.OpenSenderAsync(topic, cancel);

    /// <summary>First the ledger's, so that there is a group when the first event is to be adopted.</summary>
    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        var kept = await _ledger.OpenReceiverAsync(spec, cancel).ConfigureAwait(false);
        try
        {
            return new LedgeredReceiver(await _inner.OpenReceiverAsync(spec, cancel).ConfigureAwait(false), kept, Store, spec, Features.KeyOrder);
        }
        catch
        {
            await kept.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => Store.ListAsync(filter, cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => Store.RedriveAsync(filter, cancel);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default) => Store.ReplaceAsync(letter, copy, cancel);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => Store.DiscardAsync(filter, cancel);

    public async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync().ConfigureAwait(false);
        await _ledger.DisposeAsync().ConfigureAwait(false);
    }

    private static bool KeepsAll(ITransport transport)
        => transport is IDeadLetterStore && transport.Features is { DeadLetters: true, Delays: true } features && (features.KeyOrder || !features.KeyOwner);

    private sealed class Counted(ITransport inner, ITransport ledger) : LedgeredTransport(inner, ledger), IBacklog
    {
        public async ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel)
        {
            var there = await ((IBacklog)_inner).ReadBacklogAsync(topic, group, cancel).ConfigureAwait(false);
            return there.And(await ((IBacklog)_ledger).ReadBacklogAsync(topic, group, cancel).ConfigureAwait(false));
        }
    }
}
