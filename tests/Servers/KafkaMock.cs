using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Aldis.Tests.Shared;

/// <summary>
/// The cluster of three brokers that librdkafka has inside for its own tests. It speaks the protocol on real ports and keeps everything in memory; topics come into being
/// when they are first named, with four partitions.
/// </summary>
internal sealed partial class KafkaMock : IDisposable
{
    private readonly IProducer<Null, Null> _host;
    private readonly nint _cluster;

    static KafkaMock() => NativeLibrary.SetDllImportResolver(typeof(KafkaMock).Assembly, Resolve);

    public KafkaMock(int rebalanceDelayMs = 50)
    {
        var config = new ProducerConfig { BootstrapServers = "none" };
        config.Set("test.mock.num.brokers", "3");
        _host = new ProducerBuilder<Null, Null>(config).SetLogHandler((_, _) => { }).Build();
        _cluster = ClusterOf(((SafeHandle)HandleOf(_host.Handle)).DangerousGetHandle());
        SetRebalanceDelay(_cluster, rebalanceDelayMs);
        Servers = Marshal.PtrToStringUTF8(ServersOf(_cluster))!;
    }

    /// <summary>Where its brokers are.</summary>
    public string Servers { get; }

    /// <summary>Makes a topic with a number of partitions.</summary>
    public void Make(string topic, int partitions) => Check(MakeTopic(_cluster, topic, partitions, 3));

    /// <summary>Ends the connections of all brokers and refuses new ones. What they have in memory stays.</summary>
    public void Down()
    {
        for (var broker = 1; broker <= 3; broker++)
        {
            Check(SetDown(_cluster, broker));
        }
    }

    public void Up()
    {
        for (var broker = 1; broker <= 3; broker++)
        {
            Check(SetUp(_cluster, broker));
        }
    }

    /// <summary>Answers the next requests of a kind with an error.</summary>
    public void Fail(int api, ErrorCode error, int times) => PushErrors(_cluster, (short)api, (nuint)times, [.. Enumerable.Repeat((int)error, times)]);

    /// <summary>Has a broker answer late.</summary>
    public void Slow(int broker, TimeSpan by) => Check(SetRoundTrip(_cluster, broker, (int)by.TotalMilliseconds));

    public void Dispose() => _host.Dispose();

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"The mock cluster refuses: error {error}.");
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name == "librdkafka")
        {
            foreach (var file in new[] { "librdkafka", "centos8-librdkafka", "alpine-librdkafka" })
            {
                if (NativeLibrary.TryLoad(file, typeof(Handle).Assembly, path, out var library))
                {
                    return library;
                }
            }
        }

        return 0;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LibrdkafkaHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.SafeKafkaHandle, Confluent.Kafka")]
    private static extern object HandleOf(Handle handle);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_handle_mock_cluster")]
    private static partial nint ClusterOf(nint client);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint ServersOf(nint cluster);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    private static partial void SetRebalanceDelay(nint cluster, int delay);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeTopic(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_broker_set_down")]
    private static partial int SetDown(nint cluster, int broker);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_broker_set_up")]
    private static partial int SetUp(nint cluster, int broker);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    private static partial int SetRoundTrip(nint cluster, int broker, int milliseconds);

    [LibraryImport("librdkafka", EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    private static partial void PushErrors(nint cluster, short api, nuint count, int[] errors);
}
