using Aldis.Errors;
using Aldis.Events;

namespace Aldis;

/// <summary>
/// Which exchanges and queues there are, and how they are named. All processes of one system have the same. With the defaults:
/// <list type="bullet">
/// <item>the topic exchange <c>aldis</c>, to which everything is published with the topic's name as the routing key;</item>
/// <item>the queue <c>aldis:TOPIC:GROUP</c> for each group of a topic, bound to it;</item>
/// <item>the exchange and the queue <c>aldis:dead</c> with the dead letters of all groups;</item>
/// <item>the exchange <c>aldis:return</c>, by which an event comes back to one group, and a queue <c>aldis:delay:MILLISECONDS</c> for each delay in use.</item>
/// </list>
/// </summary>
public sealed record RabbitMqTopology
{
    /// <summary>What every name begins with: systems with different prefixes do not see each other's events. Default: <c>aldis</c>.</summary>
    public string Prefix { get; init; } = "aldis";

    /// <summary>The topic exchange to which events are published. Default: <see cref="Prefix"/>.</summary>
    public string? Exchange { get; init; }

    /// <summary>The name of a group's queue. Default: <c>PREFIX:TOPIC:GROUP</c>.</summary>
    public Func<TopicName, GroupName, string>? QueueName { get; init; }

    /// <summary>The kind of the queues that are declared. Default: <see cref="RabbitMqQueueKind.Quorum"/>.</summary>
    public RabbitMqQueueKind Queues { get; init; }

    /// <summary>
    /// Whether one member of a group at a time is given events, the others stand by. Then the broker hands them out in their order, whatever number
    /// of members there is. Default: false.
    /// </summary>
    public bool SingleActiveConsumer { get; init; }

    /// <summary>
    /// Whether <see cref="Exchange"/> and the groups' queues are there already and are taken as they are. Aldis then makes only its own exchanges and queues
    /// for dead letters and delays. Default: false, everything is made that is missing.
    /// </summary>
    public bool UseExisting { get; init; }

    /// <summary>The queue of a group.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group.</param>
    public string QueueOf(TopicName topic, GroupName group) => QueueName?.Invoke(topic, group) ?? $"{Prefix}:{topic}:{group}";

    internal string ExchangeName => Exchange ?? Prefix;

    internal string DeadName => Prefix + ":dead";

    internal string ReturnName => Prefix + ":return";

    internal IEnumerable<Fault> Validate()
    {
        if (string.IsNullOrWhiteSpace(Prefix) || Prefix.Length > 40 || Prefix.StartsWith("amq.", StringComparison.Ordinal) || Prefix.Any(char.IsControl))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "RabbitMqTopology.Prefix is not the beginning of a name.",
                "It has 1 to 40 characters, no control characters, and does not begin with 'amq.', which is the broker's own.");
        }

        if (!Enum.IsDefined(Queues))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"RabbitMqTopology.Queues is {Queues}.", "There is no such kind.");
        }
    }
}
