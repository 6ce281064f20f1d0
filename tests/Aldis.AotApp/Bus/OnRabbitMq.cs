namespace Aldis.AotApp.Bus;

/// <summary>The bus on a broker: the one that <c>ALDIS_TEST_RABBITMQ</c> names. Without it, only that a broker that is away is no reason not to start.</summary>
internal static class OnRabbitMq
{
    public static async Task RunAsync()
    {
        if (Environment.GetEnvironmentVariable("ALDIS_TEST_RABBITMQ") is not { Length: > 0 } uri)
        {
            await using var alone = await EventBus.StartAsync(bus => bus.UseRabbitMq("amqp://127.0.0.1:1/"));
            Check.True(alone.IsAlive);
            return;
        }

        await BusWork.RunAsync(bus => bus.UseRabbitMq(Options(uri, "one")));
        await BusWork.RunTwoAsync(bus => bus.UseRabbitMq(Options(uri, "two")));
    }

    private static RabbitMqOptions Options(string uri, string name) => new()
    {
        Uri = uri, WhenUnroutable = RabbitMqUnroutable.Drop, Topology = new RabbitMqTopology { Prefix = $"aot-{Environment.ProcessId}-{name}" },
    };
}
