using Aldis.Events;

namespace Aldis.Transports;

/// <summary>What a receiver is for.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group whose work it shares.</param>
/// <param name="MaxUnsettled">The most deliveries the caller holds unsettled at a time: a hint for prefetching.</param>
public sealed record ReceiverSpec(TopicName Topic, GroupName Group, int MaxUnsettled)
{
    /// <summary>
    /// Whether the group is this receiver's alone: it comes with it and goes with it. Its name is in use nowhere else. Default: false.
    /// <list type="bullet">
    /// <item>It begins with what is published after <see cref="ITransport.OpenReceiverAsync"/> has completed, and while its receiver lives it is
    /// a group like any other: it gets every event, has retries and dead letters, and an event stays until it has settled it.</item>
    /// <item>Disposing its receiver forgets it, with all it has not settled and with its dead letters. If the process dies, the transport does so
    /// when it notices, as it does with a lease. From then on no event is kept for it and no publisher waits for it.</item>
    /// <item>A receiver that lives but was taken for dead opens its group anew. What was published in between, it misses, and says so in the log.</item>
    /// <item>To the other groups it is as if it were not there. Above all it is not the first group of its topic: with
    /// <see cref="TransportFeatures.KeepsForFirstGroup"/>, a topic that has only private groups keeps its events for the first group that is not.</item>
    /// </list>
    /// </summary>
    public bool IsPrivate { get; init; }
}
