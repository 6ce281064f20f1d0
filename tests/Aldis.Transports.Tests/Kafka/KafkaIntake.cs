using Aldis.Kafka;
using Confluent.Kafka;

namespace Aldis.Transports.Tests.Kafka;

/// <summary>One partition in an intake, without a cluster.</summary>
internal sealed class KafkaIntake
{
    private readonly List<Taken> _taken = [];

    public KafkaIntake(Place? place = null) => Intake.Begin([new Lot(place ?? new Place(Partition, 0, ""), window: 1)]);

    public static TopicPartition Partition { get; } = new("noted", 0);

    public Intake Intake { get; } = new(1000, TimeProvider.System);

    public void Take(long offset) => Intake.Take(new ConsumeResult<byte[], byte[]> { TopicPartitionOffset = new(Partition, offset), Message = new() }, 1, null);

    /// <summary>Takes out what waits.</summary>
    public Settlement[] HandOut()
    {
        _taken.Clear();
        Intake.HandOut(int.MaxValue, _taken);
        return [.. _taken.Select(taken => new Settlement(new Delivery(KafkaGroup.Event(), 1, taken, taken.Token), Verdict.Done, []))];
    }

    public void Settle(params Settlement[] batch) => Intake.EndSettle(Intake.BeginSettle(batch), batch, keepsRetries: false);
}
