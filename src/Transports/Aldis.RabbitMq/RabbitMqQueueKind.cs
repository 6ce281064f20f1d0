namespace Aldis;

/// <summary>What a group's queue is.</summary>
public enum RabbitMqQueueKind
{
    /// <summary>A quorum queue: on several nodes of a cluster, and it counts how often an event came back.</summary>
    Quorum,

    /// <summary>A durable classic queue: on one node. The broker does not count there, so an event that kills its process each time is not noticed.</summary>
    Classic,
}
