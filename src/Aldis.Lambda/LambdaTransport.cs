using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Lambda;

/// <summary>
/// A transport whose groups get what a function is called with; what is published goes to the transport inside. What is dead SQS keeps, by the redrive policy of the function's queue: so the dead letters are those
/// that the transport inside finds.
/// </summary>
internal sealed class LambdaTransport(ITransport inner, Entries entries, TransportContext context) : ITransport, IDeadLetterStore
{
    public TransportFeatures Features { get; } = inner.Features with
    {
        Ordered = false, KeyOrder = false, KeyOwner = false, DeadLetters = true, Delays = true, AtomicSettlement = false, Remembers = false, Schedules = false, Replays = false, KeepsForFirstGroup = false,
    };

    public async ValueTask StartAsync(CancellationToken cancel)
    {
        await inner.StartAsync(cancel).ConfigureAwait(false);
        entries.Context = context;
    }

    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => inner.OpenSenderAsync(topic, cancel);

    public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var receiver = new LambdaReceiver(spec, entries.Remove);
        entries.Add(receiver, spec.Topic);
        return new(receiver);
    }

    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default)
        => inner is IDeadLetterStore store ? store.ListAsync(filter, cancel) : AsyncEnumerable.Empty<DeadLetter>();

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => inner is IDeadLetterStore store ? store.RedriveAsync(filter, cancel) : new(0);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default)
        => inner is IDeadLetterStore store ? store.ReplaceAsync(letter, copy, cancel) : new(false);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => inner is IDeadLetterStore store ? store.DiscardAsync(filter, cancel) : new(0);

    public async ValueTask DisposeAsync()
    {
        entries.Context = null;
        await inner.DisposeAsync().ConfigureAwait(false);
    }
}
