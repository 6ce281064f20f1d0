using System.Text.Json;

namespace Aldis;

/// <summary>What a client of Kafka tells of itself now and then. Immutable.</summary>
/// <param name="Client">The client: <c>producer</c>, or the consumer group that it works for.</param>
/// <param name="Json">All of it, as librdkafka describes it in its STATISTICS.md.</param>
public sealed record KafkaStatistics(string Client, string Json)
{
    /// <summary>How many events wait in the client to be sent or wait for their acknowledgement.</summary>
    public long Waiting { get; private init; }

    /// <summary>How many events it has sent since it began.</summary>
    public long Sent { get; private init; }

    /// <summary>How many events it has received since it began.</summary>
    public long Received { get; private init; }

    /// <summary>How many events are in its partitions behind what its group has acknowledged. 0 for a producer.</summary>
    public long Lag { get; private init; }

    /// <summary>The longest mean time that a broker took to answer, of all brokers that were asked something; null where none was.</summary>
    public TimeSpan? RoundTrip { get; private init; }

    /// <summary>Reads what the client has told.</summary>
    internal static KafkaStatistics Read(string client, string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var slowest = Children(root, "brokers").Max(broker => Number(broker, "rtt", "avg"));
        return new KafkaStatistics(client, json)
        {
            Waiting = Number(root, "msg_cnt"), Sent = Number(root, "txmsgs"), Received = Number(root, "rxmsgs"),
            Lag = Children(root, "topics").SelectMany(topic => Children(topic, "partitions")).Sum(partition => Math.Max(Number(partition, "consumer_lag"), 0)),
            RoundTrip = slowest > 0 ? TimeSpan.FromMicroseconds(slowest.Value) : null,
        };
    }

    private static IEnumerable<JsonElement> Children(JsonElement parent, string name)
        => parent.TryGetProperty(name, out var found) ? found.EnumerateObject().Select(child => child.Value) : [];

    private static long? NumberOrNull(JsonElement parent, string name)
        => parent.TryGetProperty(name, out var found) && found.TryGetInt64(out var number) ? number : null;

    private static long Number(JsonElement parent, string name) => NumberOrNull(parent, name) ?? 0;

    private static long? Number(JsonElement parent, string outer, string inner) => parent.TryGetProperty(outer, out var found) ? NumberOrNull(found, inner) : null;
}
