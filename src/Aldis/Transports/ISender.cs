using Aldis.Events;

namespace Aldis.Transports;

/// <summary>A way into one topic. Called by one caller at a time; batches come from many publishers.</summary>
public interface ISender : IAsyncDisposable
{
    /// <summary>
    /// How many calls of <see cref="SendAsync"/> may be under way at a time. Each begins after the one before has returned its task, and its events come behind
    /// those of the one before. For a transport that waits for an answer from far away. Default: 1.
    /// </summary>
    int MaxCalls => 1;

    /// <summary>
    /// How many envelopes a call has at most. Whoever published waits for the whole call: where several are under way, smaller ones come back one after another
    /// while others are made, instead of all waiting for all. Default: 512.
    /// </summary>
    int MaxBatch => 512;

    /// <summary>
    /// Hands envelopes over. When it returns, the transport owns all of them at the level of <see cref="TransportFeatures.Durable"/>, in this order.
    /// </summary>
    /// <param name="batch">The envelopes; all of this sender's topic. Not kept after the call.</param>
    /// <param name="cancel">Ends the wait; what was sent may be stored all the same.</param>
    /// <exception cref="TransportException">The batch is not stored, or, where <see cref="TransportException.MayBeStored"/> says so, perhaps.</exception>
    ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel);
}
