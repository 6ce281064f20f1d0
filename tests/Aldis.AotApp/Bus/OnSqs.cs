using Amazon.Runtime;

namespace Aldis.AotApp.Bus;

/// <summary>The bus on the SQS that <c>ALDIS_TEST_SQS</c> names. Without it, only that a service that is away is no reason not to start.</summary>
internal static class OnSqs
{
    public static async Task RunAsync()
    {
        if (Environment.GetEnvironmentVariable("ALDIS_TEST_SQS") is not { Length: > 0 } uri)
        {
            await using var alone = await EventBus.StartAsync(bus => Use(bus, "sqs://us-east-1?endpoint=http://127.0.0.1:1", "alone"));
            Check.True(alone.IsAlive);
            return;
        }

        await BusWork.RunAsync(bus => Use(bus, uri, "one"));
        await BusWork.RunTwoAsync(bus => Use(bus, uri, "two"));
    }

    private static void Use(EventBusBuilder bus, string uri, string name) => bus.UseSqs(uri, options => options with
    {
        Credentials = options.Endpoint is null ? null : new BasicAWSCredentials("test", "test"), WhenUnroutable = SqsUnroutable.Drop, LongPoll = TimeSpan.FromSeconds(1),
        Topology = new SqsTopology { Prefix = $"aot{name}{Environment.ProcessId % 100_000}" },
    });
}
