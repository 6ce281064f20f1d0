using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Sqs;

/// <summary>The queue of a group.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsPrivate">Whether it goes with its receiver.</param>
internal sealed record GroupQueue(TopicName Topic, GroupName Group, string Name, bool IsPrivate)
{
    public bool IsFifo => Name.EndsWith(QueueNames.FifoEnd, StringComparison.Ordinal);

    public static GroupQueue Of(ReceiverSpec spec, SqsTopology topology) => Of(spec.Topic, spec.Group, spec.IsPrivate, topology);

    public static GroupQueue Of(TopicName topic, GroupName group, bool isPrivate, SqsTopology topology)
        => new(topic, group, isPrivate ? QueueNames.OfPrivate(topology, topic, group) : topology.QueueOf(topic, group), isPrivate);
}
