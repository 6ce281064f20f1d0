using Confluent.Kafka;

namespace Aldis.Benchmarks.Kafka;

/// <summary>The cluster of three brokers that the client has inside for its own tests. Its topics have four partitions.</summary>
internal sealed class MockCluster : IDisposable
{
    private readonly IProducer<Null, Null> _host;
    private int _prefixes;

    public MockCluster()
    {
        var config = new ProducerConfig { BootstrapServers = "none" };
        config.Set("test.mock.num.brokers", "3");
        _host = new ProducerBuilder<Null, Null>(config).SetLogHandler((_, _) => { }).Build();
        using var asking = new DependentAdminClientBuilder(_host.Handle).Build();
        Servers = string.Join(',', asking.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Select(broker => $"{broker.Host}:{broker.Port}"));
    }

    public string Servers { get; }

    /// <summary>Options for topics that nobody has used.</summary>
    public KafkaOptions Options() => new() { Servers = Servers, Prefix = $"bench{Interlocked.Increment(ref _prefixes)}.", CreateTopics = false };

    public void Dispose() => _host.Dispose();
}
