using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>
/// Reads a topic for a private group: all its partitions, from where they ended when the group began. Nothing of it is kept in the cluster, so that nothing
/// is left of it when it goes.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="intake">Where the records go.</param>
/// <param name="topic">The topic, as Kafka knows it.</param>
/// <param name="beginning">Where its partitions end.</param>
internal sealed class PrivateReader(Cluster cluster, Intake intake, string topic, IReadOnlyCollection<TopicPartitionOffset> beginning) : Reader(cluster, intake, topic)
{
    /// <summary>How often to look for partitions that are new.</summary>
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    private readonly HashSet<Partition> _known = [];
    private long _lookedAt = TimeProvider.System.GetTimestamp();

    protected override string MainTopic => Group;

    protected override IConsumer<byte[], byte[]> Build(Func<ConsumerConfig, ConsumerBuilder<byte[], byte[]>> builder)
    {
        var config = ClientConfigs.Consumer(Cluster.Options, "aldis.private");
        config.GroupInstanceId = null;
        return builder(config).Build();
    }

    /// <summary>A consumer that is made anew goes on where the one before was.</summary>
    protected override void Begin(IConsumer<byte[], byte[]> consumer)
    {
        consumer.Assign(beginning.Where(place => _known.Add(place.Partition)).ToList() is { Count: > 0 } places ? Take(places) : Intake.Next());
    }

    protected override void Tend(IConsumer<byte[], byte[]> consumer)
    {
        if (TimeProvider.System.GetElapsedTime(_lookedAt) < _interval)
        {
            return;
        }

        _lookedAt = TimeProvider.System.GetTimestamp();
        try
        {
            var found = Cluster.Ask(Group, TimeSpan.FromSeconds(1))?.Partitions ?? [];
            if (found.Where(one => _known.Add(one.PartitionId)).Select(one => new TopicPartitionOffset(Group, one.PartitionId, 0)).ToList() is { Count: > 0 } added)
            {
                consumer.IncrementalAssign(Take(added));
                HasNewPartitions = true;
            }
        }
        catch (KafkaException)
        {
            // The brokers are away; next time.
        }
    }

    protected override void End(IConsumer<byte[], byte[]> consumer) => Intake.Close();

    protected override (int Attempt, DateTimeOffset? Due) Look(ConsumeResult<byte[], byte[]> record) => (1, null);

    private List<TopicPartitionOffset> Take(List<TopicPartitionOffset> places)
    {
        Intake.Begin(places.Select(place => new Lot(new Place(place.TopicPartition, place.Offset.Value, ""), window: 0)));
        return places;
    }
}
