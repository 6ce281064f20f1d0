using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Kafka;
using Aldis.Transports;

namespace Aldis;

/// <summary>
/// Events on Apache Kafka: a topic for each topic, a consumer group for each group, keys decide the partition. A publish is complete when all replicas
/// in sync have it. Beside its topic each group has one for what is tried again and one for what it has given up.
/// </summary>
public sealed partial class KafkaTransport : ITransport, IDeadLetterStore, IBacklog
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<KafkaReceiver, bool> _receivers = new();
    private readonly Cluster _cluster;
    private readonly Graves _graves;
    private int _isDisposed;

    /// <summary>Makes a transport; <see cref="StartAsync"/> is the first to ask a broker.</summary>
    /// <param name="options">Where the cluster is, and how it is used.</param>
    /// <param name="context">The clock and the log.</param>
    public KafkaTransport(KafkaOptions options, TransportContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _cluster = new Cluster(options, context);
        _graves = new Graves(_cluster);
        var (host, port) = Servers.First(options.Servers);
        Features = new TransportFeatures
        {
            System = "kafka", ServerAddress = host, ServerPort = port, Durable = Durability.Replicated, KeyOwner = true, DeadLetters = true, Delays = true, AtomicSettlement = options.Transactions, Replays = true,
        };
    }

    /// <inheritdoc/>
    public TransportFeatures Features { get; }

    /// <inheritdoc/>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        try
        {
            await _cluster.BrokersAsync().WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (TransportException error)
        {
            // Brokers that refuse a password, or show a certificate that is not theirs, let the client believe they are away.
            if (_cluster.Refusal is { } refusal)
            {
                throw KafkaFault.Explain($"{_cluster.Options} refuses this program, or is not to be trusted.", refusal, inner: error);
            }

            _cluster.Log.NotReached(error);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => new(new KafkaSender(_cluster, topic));

    /// <summary>Opens a way out of a topic for one member of a group. Brokers that are away are waited for, but not longer than 10 seconds: the receiver goes on trying by itself.</summary>
    /// <inheritdoc/>
    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        var receiver = new KafkaReceiver(_cluster, spec, gone => _receivers.TryRemove(gone, out _));
        _receivers.TryAdd(receiver, true);
        try
        {
            await receiver.Opening.WaitAsync(_patience, TimeProvider.System, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It tells whoever receives.
        }
        catch (OperationCanceledException)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return receiver;
    }

    /// <inheritdoc/>
    public async ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel)
    {
        var depth = 0L;
        foreach (var name in new[] { _cluster.Names.Topic(topic), _cluster.Names.Retry(topic, group) })
        {
            var ends = await _cluster.ResolveAsync(name, KafkaPosition.End, cancel).ConfigureAwait(false);
            var committed = await _cluster.CommittedAsync(_cluster.Names.Group(topic, group), ends.Select(end => end.TopicPartition), cancel).ConfigureAwait(false);
            depth += ends.Join(committed, end => end.Partition, place => place.Partition, (end, place) => place.Offset.Value < 0 ? 0 : Math.Max(end.Offset.Value - place.Offset.Value, 0)).Sum();
        }

        return new Backlog(depth, null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_receivers.Keys.Select(receiver => receiver.DisposeAsync().AsTask())).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _cluster.Dispose();
        }
    }
}
