using Aldis.Events;

namespace Aldis.Transports;

/// <summary>Tells how much a group has still to do. A transport that can tell it implements this beside <see cref="ITransport"/>. Safe for any thread.</summary>
public interface IBacklog
{
    /// <summary>
    /// Looks at the backlog of a group. Asked only when somebody collects metrics, so seldom. Where it completes at once the number is of now; else the next
    /// collection shows it. It may be off by what is on its way.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group, as the transport knows it.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The backlog; that of a group which is not there is empty.</returns>
    /// <exception cref="TransportException">It cannot be told now.</exception>
    ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel);
}
