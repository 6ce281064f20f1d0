using Confluent.Kafka;
using KafkaErrorCode = Confluent.Kafka.ErrorCode;

namespace Aldis.Kafka;

/// <summary>A record and the topic that it goes to.</summary>
internal readonly record struct Outgoing(string Topic, Message<byte[], byte[]> Message);

/// <summary>
/// The way into the cluster: one idempotent producer for the whole bus, whose connections and batches all topics share. A producer that has failed for good is
/// replaced. Safe for any thread.
/// </summary>
internal sealed class Outlet(Cluster cluster) : IDisposable
{
    private readonly Lock _gate = new();
    private IProducer<byte[], byte[]>? _producer;
    private bool _isDisposed;

    /// <summary>Publishes records, in this order. When it returns, all replicas in sync have them.</summary>
    /// <exception cref="TransportException">They are not stored, or perhaps.</exception>
    public async ValueTask SendAsync(IEnumerable<Outgoing> records, CancellationToken cancel)
    {
        var (producer, batch) = (Producer(), new DeliveryBatch());
        foreach (var (topic, message) in records)
        {
            batch.Add();
            await HandOverAsync(producer, topic, message, batch, cancel).ConfigureAwait(false);
        }

        await batch.CloseAsync().WaitAsync(cancel).ConfigureAwait(false);
        if (batch.Outcome is { Error: { } error, MayBeStored: var mayBeStored })
        {
            if (error.Code is KafkaErrorCode.Local_Fatal or KafkaErrorCode.OutOfOrderSequenceNumber or KafkaErrorCode.UnknownProducerId)
            {
                Replace(producer, error.Reason);
            }

            throw KafkaFault.Explain("Kafka did not take what was published.", error, mayBeStored);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _producer?.Dispose();
            _producer = null;
        }
    }

    /// <summary>Hands a record to the client, which copies it. A client that is full is waited for.</summary>
    private static async ValueTask HandOverAsync(IProducer<byte[], byte[]> producer, string topic, Message<byte[], byte[]> message, DeliveryBatch batch, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                producer.Produce(topic, message, batch.Handler);
                return;
            }
            catch (ProduceException<byte[], byte[]> error) when (error.Error.Code == KafkaErrorCode.Local_QueueFull)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancel).ConfigureAwait(false);
            }
            catch (KafkaException error)
            {
                batch.Refused(error.Error);
                return;
            }
        }
    }

    private IProducer<byte[], byte[]> Producer()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _producer ??= cluster.BuildProducer(ClientConfigs.Producer(cluster.Options), "producer");
        }
    }

    private void Replace(IProducer<byte[], byte[]> failed, string reason)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(failed, _producer))
            {
                return;
            }

            _producer = null;
        }

        cluster.Log.ProducerReplaced(reason);
        _ = cluster.BlockAsync(() =>
        {
            // Whoever waits for another of its records is told first.
            failed.Flush(TimeSpan.FromSeconds(5));
            failed.Dispose();
            return true;
        });
    }
}
