using System.Diagnostics;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Aldis.Victim;

/// <summary>Processes around a Kafka cluster.</summary>
internal static class Fleet
{
    /// <summary>A member of a group: says "begun GROUP TEXT ATTEMPT WHEN ID" and "handled GROUP TEXT WHEN". SIGTERM lets it leave as a program does.</summary>
    public static async Task JoinAsync(string servers, string prefix)
    {
        var end = new TaskCompletionSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            end.TrySetResult();
        });
        var options = new KafkaOptions
        {
            Servers = servers, Prefix = prefix, CreateTopics = false, SessionTimeout = TimeSpan.FromSeconds(3), CommitInterval = TimeSpan.FromMilliseconds(50),
            ClientSettings = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "20", ["heartbeat.interval.ms"] = "200" },
        };
        await using var bus = await EventBus.StartAsync(bus => bus.UseKafka(options).UseJson(VictimJson.Default).Subscribe<Noted>("readers", (noted, context) =>
        {
            Console.WriteLine($"begun {context.Group} {noted.Text} {context.Attempt} {Stopwatch.GetTimestamp()} {context.Id}");
            Console.WriteLine($"handled {context.Group} {noted.Text} {Stopwatch.GetTimestamp()}");
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { Concurrency = 1, MaxUnsettled = 64 }));
        Console.WriteLine("ready");
        await end.Task;
    }

    /// <summary>The mock cluster of the client: says "servers HOST:PORT,…" and stays until it is killed.</summary>
    public static async Task ServeAsync()
    {
        var config = new ProducerConfig { BootstrapServers = "none" };
        config.Set("test.mock.num.brokers", "3");
        using var host = new ProducerBuilder<Null, Null>(config).SetLogHandler((_, _) => { }).Build();
        using var asking = new DependentAdminClientBuilder(host.Handle).Build();
        Console.WriteLine($"servers {string.Join(',', asking.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Select(broker => $"{broker.Host}:{broker.Port}"))}");
        await Task.Delay(Timeout.Infinite);
    }
}
