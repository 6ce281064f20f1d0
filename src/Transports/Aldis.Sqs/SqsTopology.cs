using Aldis.Errors;
using Aldis.Events;
using Aldis.Sqs;

namespace Aldis;

/// <summary>
/// Which queues there are, and how they are named. All programs of one system have the same. With the defaults, the group <c>billing</c> of the topic <c>orders.placed</c> has the queue
/// <c>aldis-orders_placed--billing</c>, and its dead letters are in <c>aldis_dead-orders_placed--billing</c>. A name that SQS could not have so is shortened and ends with a digest.
/// </summary>
public sealed record SqsTopology
{
    /// <summary>What every name begins with: systems with different prefixes do not see each other's events. Default: <c>aldis</c>.</summary>
    public string Prefix { get; init; } = "aldis";

    /// <summary>
    /// Whether the queues are FIFO: the events of a key are a message group, which comes in order, and a second copy of an event within five minutes is dropped. Events without a key are
    /// message groups of their own. Default: false, standard queues.
    /// </summary>
    public bool Fifo { get; init; }

    /// <summary>The name of a group's queue; that of a FIFO queue ends with <c>.fifo</c>. Whoever changes it says <see cref="PublishTo"/> as well. Default: as above.</summary>
    public Func<TopicName, GroupName, string>? QueueName { get; init; }

    /// <summary>The names of the queues to which a topic's events are sent. Default: null, all that are found by the prefix and the topic, which needs the right to list queues.</summary>
    public Func<TopicName, IReadOnlyList<string>>? PublishTo { get; init; }

    /// <summary>
    /// Whether the queues are there already, made by somebody else. Aldis then only looks whether each is there, of the right kind, and has a redrive policy with a queue for its dead letters,
    /// which it uses. Private groups have queues that come and go, and are made in any case. Default: false, what is missing is made.
    /// </summary>
    public bool UseExisting { get; init; }

    /// <summary>For how long a queue that is made keeps an event. Default: 4 days; the queues of dead letters keep theirs for 14 days, which is the most that SQS allows.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(4);

    /// <summary>
    /// How often an event may come out of a queue that is made before SQS itself takes it for dead: a net below the attempts that the bus counts. Default: 1000, the most that SQS allows.
    /// </summary>
    public int MaxReceiveCount { get; init; } = 1000;

    /// <summary>The access policy of a queue that is made, in JSON, from its ARN: to let an SNS topic send to it, for example. Default: null, none.</summary>
    public Func<string, string>? Policy { get; init; }

    /// <summary>Tags of the queues that are made. Default: none but <c>aldis-topic</c> and <c>aldis-group</c>.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Further attributes of the queues that are made, by their names in the API of SQS: <c>KmsMasterKeyId</c>, for example. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>The queue of a group.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group.</param>
    public string QueueOf(TopicName topic, GroupName group) => QueueName?.Invoke(topic, group) ?? QueueNames.Of(this, topic, group);

    internal IEnumerable<Fault> Validate()
    {
        if (Prefix.Length is 0 or > QueueNames.MaxPrefix || !Prefix.All(char.IsAsciiLetterOrDigit))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "SqsTopology.Prefix is not the beginning of a name.", $"It has 1 to {QueueNames.MaxPrefix} letters and digits.");
        }

        if (QueueName is not null && PublishTo is null)
        {
            yield return new Fault(ErrorCodes.InvalidOption, "SqsTopology.QueueName is said, and PublishTo is not.", "Queues of other names are not found by their prefix.");
        }

        if (Retention < TimeSpan.FromMinutes(1) || Retention > TimeSpan.FromDays(14))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SqsTopology.Retention is {Retention}.", "It must lie between a minute and 14 days.");
        }

        if (MaxReceiveCount is < 1 or > 1000)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SqsTopology.MaxReceiveCount is {MaxReceiveCount}.", "It must lie between 1 and 1000.");
        }
    }
}
