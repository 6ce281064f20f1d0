using Aldis.Events;
using Aldis.Tests.Shared;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.Kafka;

/// <summary>A topic and a group on a mock cluster of their own, without a bus, so that a test decides when something is received and settled.</summary>
internal sealed class KafkaGroup : IAsyncDisposable
{
    public KafkaGroup(TimeProvider? time = null, ILoggerFactory? log = null)
    {
        Options = KafkaServer.Mocked(Cluster.Servers);
        Context = new TransportContext(time ?? TimeProvider.System, log ?? NullLoggerFactory.Instance);
        Transport = new KafkaTransport(Options, Context);
    }

    public static ReceiverSpec Spec { get; } = new(TopicName.Parse("noted"), GroupName.Parse("readers"), 16);

    public KafkaMock Cluster { get; } = new();

    public KafkaOptions Options { get; }

    public TransportContext Context { get; }

    public KafkaTransport Transport { get; }

    /// <summary>The topic of the dead letters, as Kafka knows it.</summary>
    public string DeadTopic => Options.Prefix + "noted..readers.dead";

    public static Envelope Event(string? key = null) => new()
    {
        Id = EventId.New(TimeProvider.System), Topic = Spec.Topic, Type = "noted", Source = "/tests", Time = DateTimeOffset.UnixEpoch, Key = key, ContentType = "text/plain", Body = new byte[] { 1 },
    };

    public Task<IReceiver> OpenAsync() => Transport.OpenReceiverAsync(Spec, CancellationToken.None).AsTask();

    public async Task PublishAsync(params Envelope[] events)
    {
        await using var sender = await Transport.OpenSenderAsync(Spec.Topic, CancellationToken.None);
        await sender.SendAsync(events, CancellationToken.None);
    }

    public static async Task<Delivery> ReceiveAsync(IReceiver receiver)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new Delivery[1];
        await receiver.ReceiveAsync(buffer, limit.Token);
        return buffer[0];
    }

    public static async Task SettleAsync(IReceiver receiver, Delivery delivery, Verdict verdict)
        => Assert.Empty(await receiver.SettleAsync(new[] { new Settlement(delivery, verdict, []) }, CancellationToken.None));

    public async Task<DeadLetter[]> DeadAsync() => [.. await Transport.ListAsync(DeadLetterFilter.All).ToArrayAsync()];

    /// <summary>A producer of another program.</summary>
    public IProducer<byte[], byte[]> Stranger() => new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = Options.Servers, LingerMs = 0, Partitioner = Partitioner.Murmur2Random }).SetLogHandler((_, _) => { }).Build();

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        Cluster.Dispose();
    }
}
