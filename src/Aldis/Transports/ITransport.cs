using Aldis.Events;

namespace Aldis.Transports;

/// <summary>
/// Carries envelopes. A transport moves bytes and keeps leases; it never retries a handler, never traces and never serialises:
/// that is written once, above it. All members may be used from any thread. Disposing returns every unsettled delivery of its receivers.
/// </summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>What this transport can do.</summary>
    TransportFeatures Features { get; }

    /// <summary>
    /// Checks once, at the start of the bus, what only the user can mend: a wrong path, a foreign file, a bad password.
    /// A server that is merely away is not such a fault.
    /// </summary>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="AldisException">What the user has to mend.</exception>
    ValueTask StartAsync(CancellationToken cancel);

    /// <summary>Opens a way into a topic.</summary>
    /// <param name="topic">The topic; it comes into being when it is first named.</param>
    /// <param name="cancel">Ends the wait.</param>
    ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel);

    /// <summary>
    /// Opens a way out of a topic for one member of a group. From now on the group gets every event of the topic, whether or not a member is
    /// there; a private group, as long as this receiver is.
    /// </summary>
    /// <param name="spec">The topic, the group and its kind, and how much may be unsettled at a time.</param>
    /// <param name="cancel">Ends the wait.</param>
    ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel);
}
