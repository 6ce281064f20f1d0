using Aldis.Events;

namespace Aldis.Transports;

/// <summary>A way into one topic. Called by one caller at a time; batches come from many publishers.</summary>
public interface ISender : IAsyncDisposable
{
    /// <summary>
    /// Hands envelopes over. When it returns, the transport owns all of them at the level of <see cref="TransportFeatures.Durable"/>, in this order.
    /// </summary>
    /// <param name="batch">The envelopes; all of this sender's topic. Not kept after the call.</param>
    /// <param name="cancel">Ends the wait; what was sent may be stored all the same.</param>
    /// <exception cref="TransportException">The batch is not stored, or, where <see cref="TransportException.MayBeStored"/> says so, perhaps.</exception>
    ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel);
}
