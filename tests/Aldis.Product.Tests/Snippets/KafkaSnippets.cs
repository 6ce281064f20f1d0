namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of docs/transports/kafka.md.</summary>
internal static class KafkaSnippets
{
    public static ValueTask<EventBus> StartAsync() => EventBus.StartAsync(bus => bus.UseKafka(
        "kafka://broker-1:9092,broker-2:9092", options => options with { Prefix = "shop.", Partitions = 12, Replicas = 3 }));

    public static async Task ReplayAsync(KafkaOptions options, DateTimeOffset yesterday)
    {
        await KafkaCare.ReplayAsync(options, "orders.placed", "billing", KafkaPosition.At(yesterday));
    }
}
