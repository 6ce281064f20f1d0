using Confluent.Kafka;

namespace Aldis.AotApp.Bus;

/// <summary>The bus on Kafka: on the cluster that <c>ALDIS_TEST_KAFKA</c> names, else on the mock cluster that the client has inside.</summary>
internal static class OnKafka
{
    public static async Task RunAsync()
    {
        if (Environment.GetEnvironmentVariable("ALDIS_TEST_KAFKA") is { Length: > 0 } servers)
        {
            await RunAsync(new KafkaOptions { Servers = servers });
            return;
        }

        var config = new ProducerConfig { BootstrapServers = "none" };
        config.Set("test.mock.num.brokers", "3");
        using var host = new ProducerBuilder<Null, Null>(config).SetLogHandler((_, _) => { }).Build();
        using var asking = new DependentAdminClientBuilder(host.Handle).Build();
        var brokers = asking.GetMetadata(TimeSpan.FromSeconds(10)).Brokers;
        await RunAsync(new KafkaOptions
        {
            Servers = string.Join(',', brokers.Select(broker => $"{broker.Host}:{broker.Port}")), CreateTopics = false, SessionTimeout = TimeSpan.FromSeconds(5),
            ClientSettings = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "20" },
        });
    }

    private static async Task RunAsync(KafkaOptions options)
    {
        var number = 0;
        await BusWork.RunAsync(bus => bus.UseKafka(options with { Prefix = $"aot{Environment.ProcessId}-{number++}." }));
        await BusWork.RunTwoAsync(bus => bus.UseKafka(options with { Prefix = $"aot{Environment.ProcessId}." }));
    }
}
