using System.Runtime.InteropServices;
using Aldis.Transports;
using Confluent.Kafka;
using KafkaErrorCode = Confluent.Kafka.ErrorCode;

namespace Aldis.Kafka;

/// <summary>
/// Each batch of settlements is a transaction: what was published with them, retries, dead letters and the new places of the group, notes included, become
/// visible together or not at all. The brokers refuse the transaction of a member that has lost its partitions.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="records">Says what verdicts put into topics.</param>
/// <param name="intake">Says where the group then stands.</param>
/// <param name="consumer">The handle of the consumer, or null while there is none.</param>
/// <param name="name">Which producer this is: no other has the name.</param>
internal sealed class TransactionOutcome(Cluster cluster, TopicOutcome records, Intake intake, Func<SafeHandle?> consumer, string name) : IOutcome
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Worker _worker = new($"Aldis Kafka {name}");
    private IProducer<byte[], byte[]>? _producer;

    public bool KeepsRetries => false;

    public bool StoresDone => true;

    /// <summary>What is under way is not abandoned halfway: it is committed or aborted.</summary>
    public async ValueTask StoreAsync(ReadOnlyMemory<Settlement> batch, IReadOnlyList<Taken?> settling, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Outgoing[] outgoing = [.. records.Records(batch, settling)];

        // What is handed back stays where it is.
        var kinds = MemoryMarshal.ToEnumerable(batch).Select(settlement => settlement.Verdict.Kind);
        var places = intake.PlacesWith(settling.Zip(kinds).Where(pair => pair.Second != VerdictKind.Return).Select(pair => pair.First));
        await _worker.RunAsync(() => Commit(outgoing, places)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.RunAsync(() =>
        {
            _producer?.Dispose();
            return true;
        }).ConfigureAwait(false);
        _worker.Dispose();
    }

    private bool Commit(Outgoing[] outgoing, List<Place> places)
    {
        if (places.Count == 0 && outgoing.Length == 0)
        {
            return true;
        }

        var producer = _producer;
        try
        {
            producer ??= _producer = Begin();
            producer.BeginTransaction();
            foreach (var (topic, message) in outgoing)
            {
                producer.Produce(topic, message);
            }

            SendOffsets(producer, places);
            producer.CommitTransaction(_patience);
            return true;
        }
        catch (KafkaException error)
        {
            var isDone = Abort(producer, error);
            throw KafkaFault.Explain("A transaction of Kafka failed.", error.Error, mayBeStored: !isDone, error);
        }
    }

    private IProducer<byte[], byte[]> Begin()
    {
        var producer = cluster.BuildProducer(ClientConfigs.Producer(cluster.Options, name), "producer");
        try
        {
            producer.InitTransactions(_patience);
            return producer;
        }
        catch
        {
            producer.Dispose();
            throw;
        }
    }

    private void SendOffsets(IProducer<byte[], byte[]> producer, List<Place> places)
    {
        if (consumer() is not { } handle)
        {
            throw new KafkaException(KafkaErrorCode.UnknownMemberId);
        }

        var (code, _) = Offsets.Send(Librdkafka.Of(producer.Handle), handle, places, _patience);
        if (code != KafkaErrorCode.NoError)
        {
            throw new KafkaException(code);
        }
    }

    /// <summary>Ends a transaction that has failed. A producer that cannot even do that is replaced; the brokers abort what it has begun.</summary>
    /// <returns>Whether it is certain that nothing of it happened.</returns>
    private bool Abort(IProducer<byte[], byte[]>? producer, KafkaException error)
    {
        if (producer is null)
        {
            return true;
        }

        try
        {
            if (!error.Error.IsFatal)
            {
                producer.AbortTransaction(_patience);
                return true;
            }
        }
        catch (KafkaException failed)
        {
            cluster.Log.ProducerReplaced(failed.Error.Reason);
        }

        _producer = null;
        producer.Dispose();
        return false;
    }
}
