namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of docs/transports/rabbitmq.md.</summary>
internal static class RabbitMqSnippets
{
    public static ValueTask<EventBus> StartAsync() => EventBus.StartAsync(bus => bus.UseRabbitMq("amqp://shop:secret@localhost/shop"));

    public static ValueTask<EventBus> StartOnClusterAsync() => EventBus.StartAsync(bus => bus.UseRabbitMq(new RabbitMqOptions
    {
        Uri = "amqps://shop:secret@rabbit-1,rabbit-2,rabbit-3/shop",
        TrustedRoots = "company-ca.pem",
        WhenUnroutable = RabbitMqUnroutable.Fail,
        Topology = new RabbitMqTopology { Prefix = "shop", SingleActiveConsumer = true },
    }));

    public static ValueTask<EventBus> StartOnExistingAsync() => EventBus.StartAsync(bus => bus.UseRabbitMq("amqp://localhost", options => options with
    {
        Topology = new RabbitMqTopology { UseExisting = true, Exchange = "legacy", QueueName = (topic, group) => $"legacy.{group}.{topic}" },
    }));
}
