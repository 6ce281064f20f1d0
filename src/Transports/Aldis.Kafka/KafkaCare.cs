using Aldis.Errors;
using Aldis.Events;
using Aldis.Kafka;
using Aldis.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis;

/// <summary>Tools for whoever operates a cluster. They need no bus, and may run beside those that are there. Safe for any thread.</summary>
public static class KafkaCare
{
    /// <summary>
    /// Puts a group somewhere else in a topic: what comes after that place is delivered to it, also what it has handled before. What it tries again, and its dead letters, stay
    /// as they are. The group has to rest: every process that has it must be stopped, and silent for <see cref="KafkaOptions.SessionTimeout"/> if it was killed.
    /// </summary>
    /// <param name="options">Where the cluster is.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group. One that has never been there begins at the place.</param>
    /// <param name="position">The place.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="AldisException">ALD2206: the group is at work. ALD1001: a name is not valid.</exception>
    /// <exception cref="TransportException">The cluster cannot be asked, or there is no such topic.</exception>
    public static async ValueTask ReplayAsync(KafkaOptions options, string topic, string group, KafkaPosition position, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(position);
        if (options.Validate().ToArray() is { Length: > 0 } faults)
        {
            throw new ConfigurationException(faults);
        }

        var (topicName, groupName) = (TopicName.Parse(topic), GroupName.Parse(group));
        using var cluster = new Cluster(options, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        var places = await cluster.ResolveAsync(cluster.Names.Topic(topicName), position, cancel).ConfigureAwait(false);
        if (!await cluster.TryMoveAsync(cluster.Names.Group(topicName, groupName), places, cancel).ConfigureAwait(false))
        {
            throw new AldisException(new Fault(ErrorCodes.KafkaGroupAtWork, $"The group '{groupName}' cannot be moved on '{topicName}' now.", "It has members, who alone decide where it stands."));
        }
    }
}
