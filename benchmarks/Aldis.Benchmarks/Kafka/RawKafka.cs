using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Aldis.Benchmarks.Kafka;

/// <summary>The client by itself, used as its makers advise for speed and safety.</summary>
internal static class RawKafka
{
    public const int BodyBytes = 200;

    /// <summary>How many records are published at a time.</summary>
    public const int Together = 256;

    /// <summary>Events per second, published and consumed.</summary>
    public static async Task<(double Publish, double Consume)> RunAsync(MockCluster cluster, int events)
    {
        var options = cluster.Options();
        var topic = options.Prefix + "measured";
        return (await PublishAsync(cluster, topic, events), Consume(cluster, topic, events));
    }

    /// <summary>So many publishers, each awaiting one after another.</summary>
    public static Task FromManyAsync(int publishers, int events, Func<int, Task> publishAsync) => Task.WhenAll(Enumerable.Range(0, publishers).Select(async publisher =>
    {
        await Task.Yield();
        for (var number = publisher; number < events; number += publishers)
        {
            await publishAsync(number);
        }
    }));

    private static async Task<double> PublishAsync(MockCluster cluster, string topic, int events)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = cluster.Servers, Acks = Acks.All, EnableIdempotence = true, LingerMs = 1, DeliveryReportFields = "status", Partitioner = Partitioner.Murmur2Random,
        }).Build();
        await producer.ProduceAsync(topic, Record());
        var start = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < events; sent += Together)
        {
            await Task.WhenAll(Enumerable.Range(0, Together).Select(_ => producer.ProduceAsync(topic, Record())));
        }

        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Consume(MockCluster cluster, string topic, int events)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = cluster.Servers, GroupId = topic, EnableAutoCommit = true, EnableAutoOffsetStore = false, AutoCommitIntervalMs = 1000, AutoOffsetReset = AutoOffsetReset.Earliest,
            SessionTimeoutMs = 10_000, PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        }).Build();
        consumer.Subscribe(topic);
        var (handled, first, last) = (0, 0L, 0L);
        while (handled < events)
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { } record)
            {
                continue;
            }

            if (++handled == 1)
            {
                first = Stopwatch.GetTimestamp();
            }

            consumer.StoreOffset(record);
            last = Stopwatch.GetTimestamp();
        }

        consumer.Close();
        return events / Stopwatch.GetElapsedTime(first, last).TotalSeconds;
    }

    public static byte[] Body()
    {
        var body = new byte[BodyBytes];
        body.AsSpan().Fill((byte)'x');
        return body;
    }

    /// <summary>What Aldis writes, to the byte but for the texts: the event as JSON, and its attributes as headers.</summary>
    private static Message<byte[], byte[]> Record()
    {
        return new Message<byte[], byte[]>
        {
            Key = null!, Value = Body(),
            Headers = new Confluent.Kafka.Headers
            {
                { "content-type", "application/json"u8.ToArray() }, { "ce_specversion", "1.0"u8.ToArray() }, { "ce_id", Encoding.ASCII.GetBytes(EventId.New(TimeProvider.System).ToString()) },
                { "ce_source", "/benchmarks"u8.ToArray() }, { "ce_type", "measured"u8.ToArray() }, { "ce_time", "2026-01-01T00:00:00.0000000Z"u8.ToArray() },
            },
        };
    }
}
