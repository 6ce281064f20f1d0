using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Transports;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using KafkaError = Confluent.Kafka.Error;
using KafkaErrorCode = Confluent.Kafka.ErrorCode;

namespace Aldis.Kafka;

/// <summary>What the parts of a transport share: its options, its clients, and what is known of topics. Safe for any thread.</summary>
internal sealed class Cluster : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, bool> _made = new();
    private readonly Lazy<IAdminClient> _admin;
    private readonly Worker _worker = new("Aldis Kafka");

    public Cluster(KafkaOptions options, TransportContext context)
    {
        (Options, Time, Log, Names) = (options, context.Time, context.Loggers.CreateLogger("Aldis.Kafka"), new Names(options.Prefix));
        Outlet = new Outlet(this);
        _admin = new Lazy<IAdminClient>(() => new AdminClientBuilder(ClientConfigs.Admin(options)).SetLogHandler((_, said) => Note("admin", said)).SetErrorHandler((_, error) => Told(error)).Build());
    }

    public KafkaOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public Names Names { get; }

    /// <summary>The way in.</summary>
    public Outlet Outlet { get; }

    /// <summary>The last refusal that the brokers have told of, or null.</summary>
    public KafkaError? Refusal { get; private set; }

    public IProducer<byte[], byte[]> BuildProducer(ProducerConfig config, string client) => new ProducerBuilder<byte[], byte[]>(config)
        .SetLogHandler((_, said) => Note(client, said)).SetErrorHandler((_, error) => Told(error)).SetStatisticsHandler((_, json) => Told(client, json)).Build();

    /// <summary>A builder of a consumer that logs and tells its statistics.</summary>
    public ConsumerBuilder<byte[], byte[]> Consumer(ConsumerConfig config, string client) => new ConsumerBuilder<byte[], byte[]>(config)
        .SetLogHandler((_, said) => Note(client, said)).SetStatisticsHandler((_, json) => Told(client, json));

    /// <summary>Asks the brokers who they are.</summary>
    /// <exception cref="TransportException">They do not answer.</exception>
    public Task<Metadata> BrokersAsync() => AskAsync("Kafka cannot be reached.", () => _admin.Value.GetMetadata(_patience));

    /// <summary>Makes sure that topics are there.</summary>
    /// <param name="topics">Their names, and whether only the last record of each key is to be kept.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask EnsureAsync(IEnumerable<(string Name, bool IsCompacted)> topics, CancellationToken cancel)
    {
        var missing = topics.Where(topic => !_made.ContainsKey(topic.Name)).ToArray();
        if (missing.Length == 0)
        {
            return;
        }

        if (Options.CreateTopics)
        {
            await CreateAsync(missing).WaitAsync(cancel).ConfigureAwait(false);
        }

        Array.ForEach(missing, topic => _made[topic.Name] = true);
    }

    /// <summary>The partitions of a topic.</summary>
    /// <exception cref="TransportException">They are not known, or there is no such topic.</exception>
    public async ValueTask<int[]> PartitionsAsync(string topic, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            var metadata = await AskAsync($"Kafka does not say what partitions '{topic}' has.", () => _admin.Value.GetMetadata(topic, _patience)).WaitAsync(cancel).ConfigureAwait(false);
            var found = metadata.Topics.Find(one => one.Topic == topic);
            if (found is { Error.IsError: false, Partitions.Count: > 0 })
            {
                if (found.Partitions.TrueForAll(partition => partition.Replicas.Length == 1) && _made.TryAdd($"{topic} is alone", true))
                {
                    Log.OneReplica(topic);
                }

                return [.. found.Partitions.Select(partition => partition.PartitionId).Order()];
            }

            // What was made a moment ago is not known to every broker yet.
            if (tries == 20)
            {
                throw KafkaFault.Explain($"There is no topic '{topic}'.", found?.Error ?? new KafkaError(KafkaErrorCode.UnknownTopicOrPart));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What the brokers say of a topic, null where they say nothing of it. Blocks, so that it is for threads that may be held.</summary>
    /// <exception cref="KafkaException">They do not answer in time.</exception>
    public TopicMetadata? Ask(string topic, TimeSpan timeout) => _admin.Value.GetMetadata(topic, timeout).Topics.Find(one => one.Topic == topic);

    /// <summary>The names of all topics.</summary>
    public async ValueTask<IEnumerable<string>> TopicsAsync(CancellationToken cancel)
    {
        var metadata = await AskAsync("Kafka does not say what topics there are.", () => _admin.Value.GetMetadata(_patience)).WaitAsync(cancel).ConfigureAwait(false);
        return metadata.Topics.Select(topic => topic.Topic);
    }

    /// <summary>The offset that a position has in each partition. A position given by offsets has them only where it names them.</summary>
    public async ValueTask<List<TopicPartitionOffset>> ResolveAsync(string topic, KafkaPosition position, CancellationToken cancel)
    {
        var partitions = (await PartitionsAsync(topic, cancel).ConfigureAwait(false)).Select(partition => new TopicPartition(topic, partition));
        return position.Offsets is { } offsets
            ? [.. partitions.Where(partition => offsets.ContainsKey(partition.Partition.Value)).Select(partition => new TopicPartitionOffset(partition, offsets[partition.Partition.Value]))]
            : await OffsetsAsync(partitions, position, cancel).ConfigureAwait(false);
    }

    /// <summary>The offsets at one end of partitions, or at a time.</summary>
    public async ValueTask<List<TopicPartitionOffset>> OffsetsAsync(IEnumerable<TopicPartition> partitions, KafkaPosition position, CancellationToken cancel)
    {
        var spec = position switch
        {
            { IsEnd: true } => OffsetSpec.Latest(),
            { Time: { } time } => OffsetSpec.ForTimestamp(time.ToUnixTimeMilliseconds()),
            _ => OffsetSpec.Earliest(),
        };
        var asked = partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }).ToList();
        var found = (await AskAsync("Kafka does not say where its partitions end.", () => _admin.Value.ListOffsetsAsync(asked, new ListOffsetsOptions { RequestTimeout = _patience, IsolationLevel = IsolationLevel.ReadUncommitted }))
            .WaitAsync(cancel).ConfigureAwait(false)).ResultInfos.Select(one => one.TopicPartitionOffsetError).ToList();
        if (found.Find(one => one.Error.IsError) is { } failed)
        {
            throw KafkaFault.Explain("Kafka does not say where its partitions end.", failed.Error);
        }

        // A moment after which nothing came is the end.
        var ended = found.Where(one => one.Offset.Value < 0).Select(one => one.TopicPartition).ToArray();
        var ends = ended.Length == 0 ? [] : await OffsetsAsync(ended, KafkaPosition.End, cancel).ConfigureAwait(false);
        return [.. found.Where(one => one.Offset.Value >= 0).Select(one => one.TopicPartitionOffset), .. ends];
    }

    /// <summary>Where a consumer group stands; a negative offset where it stands nowhere.</summary>
    public async ValueTask<List<TopicPartitionOffset>> CommittedAsync(string group, IEnumerable<TopicPartition> partitions, CancellationToken cancel)
    {
        var asked = new ConsumerGroupTopicPartitions(group, [.. partitions]);
        var found = await AskAsync($"Kafka does not say where '{group}' stands.", () => _admin.Value.ListConsumerGroupOffsetsAsync([asked], new ListConsumerGroupOffsetsOptions { RequestTimeout = _patience }))
            .WaitAsync(cancel).ConfigureAwait(false);
        return [.. found[0].Partitions.Select(one => one.TopicPartitionOffset)];
    }

    /// <summary>Puts a consumer group somewhere else.</summary>
    /// <returns>False where it has members, who alone decide where it stands.</returns>
    public async ValueTask<bool> TryMoveAsync(string group, IEnumerable<TopicPartitionOffset> places, CancellationToken cancel)
    {
        try
        {
            await _admin.Value.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(group, [.. places])], new AlterConsumerGroupOffsetsOptions { RequestTimeout = _patience })
                .WaitAsync(cancel).ConfigureAwait(false);
            return true;
        }
        catch (AlterConsumerGroupOffsetsException error)
        {
            var failed = error.Results.Select(result => result.Error).Concat(error.Results.SelectMany(result => result.Partitions ?? []).Select(partition => partition.Error)).First(one => one.IsError);
            return failed.Code is KafkaErrorCode.UnknownMemberId or KafkaErrorCode.IllegalGeneration or KafkaErrorCode.RebalanceInProgress or KafkaErrorCode.NonEmptyGroup
                ? false
                : throw KafkaFault.Explain($"The place of '{group}' could not be set.", failed);
        }
        catch (KafkaException error)
        {
            throw KafkaFault.Explain($"The place of '{group}' could not be set.", error);
        }
    }

    /// <summary>Makes a call that blocks.</summary>
    public Task<T> BlockAsync<T>(Func<T> call) => _worker.RunAsync(call);

    /// <summary>Notes what a client says in its log.</summary>
    public void Note(string client, LogMessage said) => Log.Said(client, said.Facility, said.Message);

    /// <summary>Notes an error that a client tells of beside its calls.</summary>
    public void Told(KafkaError error)
    {
        if (KafkaFault.IsRefusal(error.Code))
        {
            Refusal = error;
        }
    }

    public void Dispose()
    {
        Outlet.Dispose();
        if (_admin.IsValueCreated)
        {
            _admin.Value.Dispose();
        }

        _worker.Dispose();
    }

    private void Told(string client, string json)
    {
        try
        {
            Options.OnStatistics?.Invoke(KafkaStatistics.Read(client, json));
        }
        catch (Exception error)
        {
            Log.StatisticsFailed(error);
        }
    }

    private async Task CreateAsync((string Name, bool IsCompacted)[] topics)
    {
        var size = Options.MaxRecordBytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var wanted = topics.Select(topic => new TopicSpecification
        {
            Name = topic.Name, NumPartitions = Options.Partitions ?? -1, ReplicationFactor = Options.Replicas ?? -1,
            // What a group has given up stays until somebody has decided about it.
            Configs = topic.IsCompacted
                ? new() { ["max.message.bytes"] = size, ["cleanup.policy"] = "compact", ["retention.ms"] = "-1" }
                : new() { ["max.message.bytes"] = size },
        });
        try
        {
            await _admin.Value.CreateTopicsAsync(wanted, new CreateTopicsOptions { RequestTimeout = _patience, OperationTimeout = _patience }).ConfigureAwait(false);
        }
        catch (CreateTopicsException error)
        {
            // Whoever may not make topics may have them already: their first use tells.
            var failed = error.Results.Find(result => result.Error.Code is not (KafkaErrorCode.NoError or KafkaErrorCode.TopicAlreadyExists or KafkaErrorCode.TopicAuthorizationFailed
                or KafkaErrorCode.ClusterAuthorizationFailed));
            if (failed is not null)
            {
                throw KafkaFault.Explain($"The topic '{failed.Topic}' could not be made.", failed.Error);
            }
        }
        catch (KafkaException error)
        {
            throw KafkaFault.Explain($"The topic '{topics[0].Name}' could not be made.", error);
        }
    }

    private async Task<T> AskAsync<T>(string what, Func<T> ask)
    {
        try
        {
            return await _worker.RunAsync(ask).ConfigureAwait(false);
        }
        catch (KafkaException error)
        {
            throw KafkaFault.Explain(what, error);
        }
    }

    private static async Task<T> AskAsync<T>(string what, Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (KafkaException error)
        {
            throw KafkaFault.Explain(what, error);
        }
    }
}
