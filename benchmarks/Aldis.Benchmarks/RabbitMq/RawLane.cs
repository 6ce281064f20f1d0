using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Aldis.Benchmarks.RabbitMq;

/// <summary>
/// The client as its documentation recommends: confirms tracked by the client, two channels that publish, mandatory and persistent; one that consumes, with
/// acknowledgements of many at once. The queue is as safe as that of the transport, and the message says of itself what a CloudEvent says.
/// </summary>
internal sealed class RawLane : ILane
{
    private const int AckEvery = 64;
    private const ushort Prefetch = 2048;

    private static readonly CreateChannelOptions _confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, new ThrottlingRateLimiter(2048));

    private readonly string _queue = $"raw-{Guid.NewGuid():N}";
    private readonly List<IConnection> _connections = [];
    private readonly List<IChannel> _channels = [];
    private int _next;
    private int _handled;
    private ulong _last;
    private ulong _acknowledged;

    public int Handled => Volatile.Read(ref _handled);

    public static async Task<ILane> OpenAsync(string uri)
    {
        var lane = new RawLane();
        var factory = new ConnectionFactory { Uri = new Uri(uri) };
        for (var connection = 0; connection < 2; connection++)
        {
            lane._connections.Add(await factory.CreateConnectionAsync());
        }

        var consuming = await lane._connections[0].CreateChannelAsync();
        await consuming.ExchangeDeclareAsync(lane._queue, ExchangeType.Topic, durable: true);
        await consuming.QueueDeclareAsync(lane._queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum", ["x-dead-letter-exchange"] = lane._queue, ["x-dead-letter-routing-key"] = "dead", ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        });
        await consuming.QueueBindAsync(lane._queue, lane._queue, "measured");
        await consuming.BasicQosAsync(0, Prefetch, global: false);
        var consumer = new AsyncEventingBasicConsumer(consuming);
        consumer.ReceivedAsync += (_, delivery) => lane.HandleAsync(consuming, delivery);
        await consuming.BasicConsumeAsync(lane._queue, autoAck: false, consumer);
        lane._channels.Add(await lane._connections[1].CreateChannelAsync(_confirmed));
        lane._channels.Add(await lane._connections[1].CreateChannelAsync(_confirmed));
        return lane;
    }

    public async Task PublishAsync(Measured measured)
    {
        var id = Guid.CreateVersion7().ToString();
        var properties = new BasicProperties
        {
            Persistent = true, MessageId = id, ContentType = "application/json",
            Headers = new Dictionary<string, object?>
            {
                ["cloudEvents:specversion"] = "1.0", ["cloudEvents:id"] = id, ["cloudEvents:source"] = "/bench", ["cloudEvents:type"] = "measured",
                ["cloudEvents:time"] = DateTime.UtcNow.ToString("O"),
            },
        };
        var channel = _channels[Interlocked.Increment(ref _next) & 1];
        await channel.BasicPublishAsync(_queue, "measured", mandatory: true, properties, JsonSerializer.SerializeToUtf8Bytes(measured));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.CloseAsync();
            await connection.DisposeAsync();
        }
    }

    private async Task HandleAsync(IChannel channel, BasicDeliverEventArgs delivery)
    {
        JsonSerializer.Deserialize<Measured>(delivery.Body.Span);
        _last = delivery.DeliveryTag;
        Interlocked.Increment(ref _handled);
        if (_last - _acknowledged >= AckEvery)
        {
            _acknowledged = _last;
            await channel.BasicAckAsync(_last, multiple: true);
        }
    }
}
