using Aldis.Events;
using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>
/// The dead-letter topics. Each is a log whose records have the id of their event as the key: a dead letter stands in it until a record without a body,
/// a tombstone, takes it away; the brokers then forget both.
/// </summary>
internal sealed class Graves(Cluster cluster)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>The dead letters that are meant, the oldest first.</summary>
    public async ValueTask<List<DeadLetter>> ReadAsync(DeadLetterFilter filter, CancellationToken cancel)
    {
        var letters = new List<DeadLetter>();
        foreach (var (name, topic, group) in await TopicsAsync(filter, cancel).ConfigureAwait(false))
        {
            var partitions = await cluster.PartitionsAsync(name, cancel).ConfigureAwait(false);
            var found = await OwnThread.RunAsync($"Aldis Kafka {name}", () => Read(name, partitions, topic, group, cancel)).ConfigureAwait(false);
            letters.AddRange(found.Where(filter.Means));
        }

        letters.Sort((left, right) => left.DiedAt.CompareTo(right.DiedAt));
        return letters;
    }

    /// <summary>Hands dead letters back to their groups, through the retry topics.</summary>
    public async ValueTask RedriveAsync(IReadOnlyCollection<DeadLetter> letters, CancellationToken cancel)
    {
        await cluster.Outlet.SendAsync(letters.Select(letter => Again(letter.Envelope, letter.Group)), cancel).ConfigureAwait(false);
        await DiscardAsync(letters, cancel).ConfigureAwait(false);
    }

    /// <summary>Puts a copy in the place of a dead letter.</summary>
    public async ValueTask ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel)
    {
        await cluster.Outlet.SendAsync([Again(copy, letter.Group)], cancel).ConfigureAwait(false);
        await DiscardAsync([letter], cancel).ConfigureAwait(false);
    }

    /// <summary>Takes dead letters away.</summary>
    public ValueTask DiscardAsync(IReadOnlyCollection<DeadLetter> letters, CancellationToken cancel) => cluster.Outlet.SendAsync(
        letters.Select(letter => new Outgoing(cluster.Names.Dead(letter.Envelope.Topic, letter.Group), RecordWriter.Tombstone(letter.Envelope.Id))), cancel);

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
    private List<DeadLetter> Read(string name, int[] partitions, TopicName topic, GroupName group, CancellationToken cancel)
    {
        var letters = new Dictionary<string, DeadLetter>();
        var (open, start) = (partitions.Length, TimeProvider.System.GetTimestamp());
        using var consumer = cluster.Consumer(ClientConfigs.Reader(cluster.Options), "reader").SetErrorHandler((_, error) => cluster.Told(error)).Build();
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(name, partition, Offset.Beginning)));
        while (open > 0)
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
                open--;
            }
            else
            {
                Note(letters, record, topic, group);
            }
        }

        return [.. letters.Values];
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

    private void Note(Dictionary<string, DeadLetter> letters, ConsumeResult<byte[], byte[]> record, TopicName topic, GroupName group)
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
                letters[key] = letter;
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
