using Aldis.Events;
using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>
/// The dead-letter topics. Each is a log whose records have a key of their own for each death: a dead letter stands in it until a record without a body,
/// a tombstone, takes it away; the brokers then forget both. An event that dies again meanwhile has another key, so that no tombstone of an earlier death takes it away.
/// </summary>
internal sealed class Graves(Cluster cluster)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>The dead letters that are meant, the oldest first.</summary>
    public async ValueTask<List<Grave>> ReadAsync(DeadLetterFilter filter, CancellationToken cancel)
    {
        var graves = new List<Grave>();
        foreach (var (name, topic, group) in await TopicsAsync(filter, cancel).ConfigureAwait(false))
        {
            var partitions = await cluster.PartitionsAsync(name, cancel).ConfigureAwait(false);
            var found = await OwnThread.RunAsync($"Aldis Kafka {name}", () => Read(name, partitions, topic, group, cancel)).ConfigureAwait(false);
            graves.AddRange(found.Where(grave => filter.Means(grave.Letter)));
        }

        graves.Sort((left, right) => left.Letter.DiedAt.CompareTo(right.Letter.DiedAt));
        return graves;
    }

    /// <summary>Hands dead letters back to their groups, through the retry topics.</summary>
    public async ValueTask RedriveAsync(IReadOnlyCollection<Grave> graves, CancellationToken cancel)
    {
        await cluster.Outlet.SendAsync(graves.Select(grave => Again(grave.Letter.Envelope, grave.Letter.Group)), cancel).ConfigureAwait(false);
        await DiscardAsync(graves, cancel).ConfigureAwait(false);
    }

    /// <summary>Puts a copy in the place of a dead letter.</summary>
    public async ValueTask ReplaceAsync(Grave grave, Envelope copy, CancellationToken cancel)
    {
        await cluster.Outlet.SendAsync([Again(copy, grave.Letter.Group)], cancel).ConfigureAwait(false);
        await DiscardAsync([grave], cancel).ConfigureAwait(false);
    }

    /// <summary>Takes dead letters away.</summary>
    public ValueTask DiscardAsync(IReadOnlyCollection<Grave> graves, CancellationToken cancel) => cluster.Outlet.SendAsync(
        graves.SelectMany(grave => grave.Keys.Select(key => new Outgoing(cluster.Names.Dead(grave.Letter.Envelope.Topic, grave.Letter.Group), RecordWriter.Tombstone(key)))), cancel);

    private Outgoing Again(Envelope envelope, GroupName group)
        => new(cluster.Names.Retry(envelope.Topic, group), RecordWriter.Retry(envelope, attempt: 1, cluster.Time.GetUtcNow()));

    private async ValueTask<List<(string Name, TopicName Topic, GroupName Group)>> TopicsAsync(DeadLetterFilter filter, CancellationToken cancel)
    {
        var found = new List<(string, TopicName, GroupName)>();
        foreach (var name in (await cluster.TopicsAsync(cancel).ConfigureAwait(false)).Order(StringComparer.Ordinal))
        {
            if (cluster.Names.IsDead(name, out var topic, out var group) && (filter.Topic ?? topic.Value.Value) == topic.Value.Value && (filter.Group ?? group.Value.Value) == group.Value.Value)
            {
                found.Add((name, topic.Value, group.Value));
            }
        }

        return found;
    }

    /// <summary>Reads a topic to its end, as it is now.</summary>
    private IEnumerable<Grave> Read(string name, int[] partitions, TopicName topic, GroupName group, CancellationToken cancel)
    {
        var letters = new Dictionary<string, (DeadLetter Letter, byte[] Key)>();
        // A partition in which something comes meanwhile ends again and again.
        var (open, start) = (partitions.ToHashSet(), TimeProvider.System.GetTimestamp());
        using var consumer = cluster.Consumer(ClientConfigs.Reader(cluster.Options), "reader").SetErrorHandler((_, error) => cluster.Told(error)).Build();
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(name, partition, Offset.Beginning)));
        while (open.Count > 0)
        {
            cancel.ThrowIfCancellationRequested();
            if (TimeProvider.System.GetElapsedTime(start) > _patience)
            {
                throw KafkaFault.Explain($"The dead letters in '{name}' could not be read to the end.", new Confluent.Kafka.Error(Confluent.Kafka.ErrorCode.Local_TimedOut));
            }

            if (Consume(consumer, name) is not { } record)
            {
                continue;
            }

            start = TimeProvider.System.GetTimestamp();
            if (record.IsPartitionEOF)
            {
                open.Remove(record.Partition.Value);
            }
            else
            {
                Note(letters, record, topic, group);
            }
        }

        return letters.Values.GroupBy(one => one.Letter.Envelope.Id).Select(deaths => new Grave(deaths.MaxBy(death => death.Letter.DiedAt).Letter, [.. deaths.Select(death => death.Key)]));
    }

    private static ConsumeResult<byte[], byte[]>? Consume(IConsumer<byte[], byte[]> consumer, string name)
    {
        try
        {
            return consumer.Consume(TimeSpan.FromMilliseconds(100));
        }
        catch (ConsumeException error)
        {
            throw KafkaFault.Explain($"The dead letters in '{name}' could not be read.", error);
        }
    }

    private void Note(Dictionary<string, (DeadLetter Letter, byte[] Key)> letters, ConsumeResult<byte[], byte[]> record, TopicName topic, GroupName group)
    {
        if (record.Message.Key is not { } bytes)
        {
            return;
        }

        var key = System.Text.Encoding.UTF8.GetString(bytes);
        try
        {
            if (RecordReader.Dead(record.Message, topic, group, cluster.Time) is { } letter)
            {
                letters[key] = (letter, bytes);
            }
            else
            {
                letters.Remove(key);
            }
        }
        catch (Exception error) when (error is AldisException or FormatException)
        {
            cluster.Log.UnreadableDeadLetter(record.Topic, record.Partition.Value, record.Offset.Value, error);
        }
    }
}
