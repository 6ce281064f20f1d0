using Aldis.Events;

namespace Aldis.Transports;

/// <summary>What a receiver is for.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group whose work it shares.</param>
/// <param name="MaxUnsettled">The most deliveries the caller holds unsettled at a time: a hint for prefetching.</param>
public sealed record ReceiverSpec(TopicName Topic, GroupName Group, int MaxUnsettled);
