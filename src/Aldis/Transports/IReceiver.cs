namespace Aldis.Transports;

/// <summary>
/// A way out of one topic for one member of a group: events are pulled, so that back-pressure costs nothing. A delivery stays leased to this
/// receiver until it is settled, the receiver is disposed or its process dies; the transport renews leases by itself.
/// <see cref="ReceiveAsync"/> has one caller at a time, <see cref="SettleAsync"/> one caller at a time, beside each other.
/// Disposing returns what is unsettled (it is delivered again at once, and this attempt does not count) and ends a waiting
/// <see cref="ReceiveAsync"/> with an <see cref="OperationCanceledException"/>. A private group (<see cref="ReceiverSpec.IsPrivate"/>) ends with it.
/// </summary>
public interface IReceiver : IAsyncDisposable
{
    /// <summary>
    /// Waits for at least one delivery and takes as many as there are, up to the length of the buffer. The attempt number is raised, durably
    /// where the transport is durable, before this returns.
    /// </summary>
    /// <param name="buffer">Where the deliveries go; not empty.</param>
    /// <param name="cancel">Ends the wait with an <see cref="OperationCanceledException"/>; then nothing was taken.</param>
    /// <returns>How many deliveries there are, from 1.</returns>
    /// <exception cref="TransportException">The transport cannot deliver now; the caller tries again later.</exception>
    ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel);

    /// <summary>
    /// Settles deliveries, each with what its handler published. With <see cref="TransportFeatures.AtomicSettlement"/> both happen together or
    /// not at all; without it <see cref="Settlement.Published"/> is always empty.
    /// </summary>
    /// <param name="batch">The verdicts. Not kept after the call.</param>
    /// <param name="cancel">Ends the wait; what was settled may be settled all the same.</param>
    /// <returns>Those that were refused because the lease was lost: nothing of them happened. Usually none.</returns>
    /// <exception cref="TransportException">Nothing is settled, or, where <see cref="TransportException.MayBeStored"/> says so, perhaps.</exception>
    ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel);
}
