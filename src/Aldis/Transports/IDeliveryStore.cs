using Aldis.Events;

namespace Aldis.Transports;

/// <summary>
/// Adopts deliveries of a group on another transport, which cannot keep them: those that are to be tried again later, are dead, or wait behind one of their key. From then on they
/// belong to the group of the same name here, and come from its receivers. Safe for any thread, and for several processes that share it.
/// </summary>
public interface IDeliveryStore : IDeadLetterStore
{
    /// <summary>
    /// Adopts deliveries, each as if it had been handed out here and settled so: with its attempts, and its time, its reason or its place behind others of its key.
    /// One with a key, whose id is here already, is left as it is. All are kept when this returns, or none.
    /// </summary>
    /// <param name="group">The group, which has a receiver here.</param>
    /// <param name="deliveries">The deliveries with their verdicts, none of which is <see cref="VerdictKind.Done"/>; those of a key in their order.</param>
    /// <param name="cancel">Ends the wait; they may be kept all the same.</param>
    /// <exception cref="TransportException">They are not kept, or, where it says so, perhaps.</exception>
    ValueTask AdoptAsync(GroupName group, IReadOnlyList<Settlement> deliveries, CancellationToken cancel);

    /// <summary>Which of some keys are held here: a group has an event of the key for which a later one has to wait.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="TransportException">It cannot be found out now.</exception>
    ValueTask<IReadOnlySet<string>> HeldKeysAsync(TopicName topic, GroupName group, IReadOnlySet<string> keys, CancellationToken cancel);
}
