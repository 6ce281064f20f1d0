using Confluent.Kafka;
using KafkaError = Confluent.Kafka.Error;

namespace Aldis.Kafka;

/// <summary>Records that are published together: counts their acknowledgements, which come one by one on the thread of the client.</summary>
internal sealed class DeliveryBatch
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = 1;
    private int _isStored;
    private int _mayBeStored;
    private KafkaError? _error;

    public DeliveryBatch() => Handler = Told;

    /// <summary>What the client tells of each record.</summary>
    public Action<DeliveryReport<byte[], byte[]>> Handler { get; }

    /// <summary>A record more will be acknowledged.</summary>
    public void Add() => Interlocked.Increment(ref _open);

    /// <summary>A record was not taken by the client.</summary>
    public void Refused(KafkaError error)
    {
        Volatile.Write(ref _error, error);
        End();
    }

    /// <summary>All have been handed over. Ends when each is acknowledged, or was not.</summary>
    public Task CloseAsync()
    {
        End();
        return _done.Task;
    }

    /// <summary>What went wrong with one of them, or null; and whether any may be stored.</summary>
    public (KafkaError? Error, bool MayBeStored) Outcome => (Volatile.Read(ref _error), _isStored != 0 || _mayBeStored != 0);

    private void Told(DeliveryReport<byte[], byte[]> report)
    {
        if (!report.Error.IsError)
        {
            _isStored = 1;
        }
        else
        {
            Volatile.Write(ref _error, report.Error);
            _mayBeStored |= report.Status == PersistenceStatus.NotPersisted ? 0 : 1;
        }

        End();
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _done.SetResult();
        }
    }
}
