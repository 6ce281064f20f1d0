using Aldis.Transports;
using Confluent.Kafka;
using KafkaErrorCode = Confluent.Kafka.ErrorCode;

namespace Aldis.Kafka;

/// <summary>
/// A member of a consumer group. It is given partitions, of the topic and of the group's retry topic; partitions that go to another member are handed over when what is in
/// hands of them is settled and committed.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="intake">Where the records go.</param>
/// <param name="spec">The topic and the group.</param>
internal sealed class GroupReader(Cluster cluster, Intake intake, ReceiverSpec spec) : Reader(cluster, intake, cluster.Names.Group(spec.Topic, spec.Group))
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private static readonly ManualResetEventSlim _never = new(false);

    private readonly string _retryTopic = cluster.Names.Retry(spec.Topic, spec.Group);
    private readonly Lock _committing = new();
    private long _committedAt;
    private KafkaErrorCode _told;

    protected override string MainTopic { get; } = cluster.Names.Topic(spec.Topic);

    protected override IConsumer<byte[], byte[]> Build(Func<ConsumerConfig, ConsumerBuilder<byte[], byte[]>> builder)
        => builder(ClientConfigs.Consumer(Cluster.Options, Group)).SetPartitionsAssignedHandler(Assigned).SetPartitionsRevokedHandler(Revoked).SetPartitionsLostHandler(Lost)
            .SetOffsetsCommittedHandler(Committed).Build();

    protected override void Begin(IConsumer<byte[], byte[]> consumer) => consumer.Subscribe([MainTopic, _retryTopic]);

    protected override void Tend(IConsumer<byte[], byte[]> consumer) => CommitProgress();

    /// <summary>Commits what has been settled, if it is time to. With transactions, every settlement commits what it has to.</summary>
    public override void CommitProgress()
    {
        if (Cluster.Options.Transactions || TimeProvider.System.GetElapsedTime(Volatile.Read(ref _committedAt)) < Cluster.Options.CommitInterval)
        {
            return;
        }

        // One after another, or an older place could be committed after a newer one.
        lock (_committing)
        {
            Volatile.Write(ref _committedAt, TimeProvider.System.GetTimestamp());
            try
            {
                if (Handle is { } handle && Intake.Progress() is { Count: > 0 } places)
                {
                    var code = Offsets.Commit(handle, places, wait: false);
                    if (code != KafkaErrorCode.NoError)
                    {
                        Intake.CommitAgain(places.Select(place => place.Partition));
                        Tell(code);
                    }
                }
            }
            catch (ObjectDisposedException)
            {
                // The consumer was closed at this moment, and has committed it all.
            }
        }
    }

    /// <summary>While members come and go, a commit is refused until this one has joined again, which happens as it goes on reading.</summary>
    protected override void End(IConsumer<byte[], byte[]> consumer)
    {
        var start = TimeProvider.System.GetTimestamp();
        consumer.Pause(consumer.Assignment);
        KafkaErrorCode code;
        while ((code = CommitLast(consumer, Intake.Close())) is KafkaErrorCode.RebalanceInProgress or KafkaErrorCode.IllegalGeneration
            && TimeProvider.System.GetElapsedTime(start) < _patience)
        {
            consumer.Consume(TimeSpan.FromMilliseconds(50));
        }

        Tell(code);
    }

    protected override (int Attempt, DateTimeOffset? Due) Look(ConsumeResult<byte[], byte[]> record)
        => record.Topic == _retryTopic ? RecordReader.Retry(record.Message) : (1, null);

    private static KafkaErrorCode Commit(IConsumer<byte[], byte[]> consumer, List<Place> places)
        => places.Count == 0 ? KafkaErrorCode.NoError : Offsets.Commit(Librdkafka.Of(consumer.Handle), places, wait: true);

    /// <summary>Commits what is given away: after what <see cref="CommitProgress"/> has under way, which says that the member goes on.</summary>
    private KafkaErrorCode CommitLast(IConsumer<byte[], byte[]> consumer, List<Place> places)
    {
        lock (_committing)
        {
            return Commit(consumer, places);
        }
    }

    /// <summary>Until every member knows its new partitions, commits are refused: a matter of milliseconds, as a rule.</summary>
    private KafkaErrorCode CommitStubbornly(IConsumer<byte[], byte[]> consumer, List<Place> places)
    {
        var start = TimeProvider.System.GetTimestamp();
        KafkaErrorCode code;
        while ((code = CommitLast(consumer, places)) == KafkaErrorCode.RebalanceInProgress && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
        {
            _never.Wait(TimeSpan.FromMilliseconds(20));
        }

        return code;
    }

    /// <summary>Progress is committed again and again: what comes of it is told when it changes.</summary>
    private void Tell(KafkaErrorCode code)
    {
        if (Interlocked.Exchange(ref _told, code) != code && code != KafkaErrorCode.NoError)
        {
            Cluster.Log.CommitFailed(Group, code.ToString());
        }
    }

    /// <summary>Takes partitions over where the group stands, and leaves a mark there: who finds it later comes after a member that died.</summary>
    private IEnumerable<TopicPartitionOffset> Assigned(IConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions)
    {
        Cluster.Log.Assigned(Group, partitions.Count, string.Join(", ", partitions));
        HasNewPartitions = true;
        var places = Read(consumer, partitions);
        Lot[] lots = [.. places.Select(place => new Lot(place, spec.MaxUnsettled))];
        Intake.Begin(lots);
        if (!IsStopping)
        {
            Tell(Commit(consumer, [.. lots.Where(lot => lot.Offset >= 0).Select(lot => lot.Commit(isOpen: true))]));
        }

        return places.Select(place => new TopicPartitionOffset(place.Partition, place.Offset < 0 ? Offset.Unset : place.Offset));
    }

    private List<Place> Read(IConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions)
    {
        try
        {
            return Offsets.Committed(Librdkafka.Of(consumer.Handle), partitions, _patience);
        }
        catch (KafkaException error)
        {
            // The client finds the place by itself; only what was done behind it is not known, and comes again.
            Tell(error.Error.Code);
            return [.. partitions.Select(partition => new Place(partition, Offset.Unset.Value, ""))];
        }
    }

    private void Revoked(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> partitions)
    {
        Cluster.Log.Revoked(Group, partitions.Count, string.Join(", ", partitions.Select(one => one.TopicPartition)));
        TopicPartition[] leaving = [.. partitions.Select(one => one.TopicPartition)];
        Tell(CommitStubbornly(consumer, Intake.Leave(leaving, Cluster.Options.HandOverTimeout)));
        Intake.Drop(leaving);
    }

    private void Lost(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> partitions)
    {
        Cluster.Log.Lost(Group, partitions.Count);
        Intake.Drop(partitions.Select(one => one.TopicPartition));
    }

    /// <summary>What a commit has come to. One that is refused while members come and go is made again, and not worth a warning.</summary>
    private void Committed(IConsumer<byte[], byte[]> consumer, CommittedOffsets committed)
    {
        TopicPartitionOffsetError[] failed = [.. committed.Offsets.Where(one => committed.Error.IsError || one.Error.IsError)];
        Intake.CommitAgain(failed.Select(one => one.TopicPartition));
        var code = committed.Error.IsError || failed.Length == 0 ? committed.Error.Code : failed[0].Error.Code;
        if (code != KafkaErrorCode.RebalanceInProgress)
        {
            Tell(code);
        }
    }
}
