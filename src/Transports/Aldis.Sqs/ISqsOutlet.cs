using Aldis.Events;

namespace Aldis;

/// <summary>
/// Where the events of a topic go instead of to the queues of its groups: to an SNS topic with raw delivery, for example, which feeds them. An extension point:
/// this package brings none. Safe for any thread.
/// </summary>
public interface ISqsOutlet
{
    /// <summary>Publishes messages. When it returns, all of them are stored.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="messages">The messages, in order. Those with the same <see cref="SqsMessage.GroupId"/> keep it.</param>
    /// <param name="cancel">Ends the wait; what was sent may be stored all the same.</param>
    /// <exception cref="TransportException">Not all are stored, or not known to be.</exception>
    ValueTask PublishAsync(TopicName topic, IReadOnlyList<SqsMessage> messages, CancellationToken cancel);
}
