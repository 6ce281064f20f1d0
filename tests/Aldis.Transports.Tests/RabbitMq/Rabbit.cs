using System.Collections.Concurrent;
using Aldis.Transports.Tests.Failures;
using Microsoft.Extensions.Logging;

namespace Aldis.Transports.Tests.RabbitMq;

/// <summary>What the tests of RabbitMQ begin with.</summary>
internal static class Rabbit
{
    private static int _count;

    /// <summary>The broker that all share.</summary>
    public static async Task<RabbitServer> SharedAsync()
    {
        Assert.SkipUnless(RabbitServer.IsThere, "the Debian package rabbitmq-server is missing");
        return await RabbitServer.SharedAsync();
    }

    /// <summary>A broker that may be stopped and harmed.</summary>
    public static Task<RabbitServer> OwnAsync(string settings = "")
    {
        NeedOwn();
        return RabbitServer.StartAsync(settings);
    }

    public static void NeedOwn() => Assert.SkipUnless(RabbitServer.CanStart, "the Debian package rabbitmq-server is missing");

    /// <summary>Exchanges and queues of its own.</summary>
    public static RabbitMqOptions Options(string uri) => new()
    {
        Uri = uri, Topology = new RabbitMqTopology { Prefix = $"own-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}" },
    };

    /// <summary>A bus whose one group notes the texts of what it handles.</summary>
    public static ValueTask<EventBus> StartAsync(RabbitMqOptions options, ConcurrentQueue<string> handled, ILoggerFactory? log = null, SubscriptionOptions? subscription = null)
        => EventBus.StartAsync(bus =>
        {
            bus.Loggers = log ?? bus.Loggers;
            bus.UseRabbitMq(options).Subscribe<Noted>("readers", (noted, _) =>
            {
                handled.Enqueue(noted.Text);
                return ValueTask.CompletedTask;
            }, subscription);
        });

    /// <summary>Publishes until it is known to be stored: with one id, however often it has to be tried.</summary>
    public static async Task StoreAsync(IEventBus bus, string text, CancellationToken cancel)
    {
        var id = EventId.New(TimeProvider.System);
        while (true)
        {
            try
            {
                await bus.PublishAsync(new Noted(text), new PublishOptions { Id = id }, cancel);
                return;
            }
            catch (PublishException)
            {
                await Task.Delay(50, cancel);
            }
        }
    }
}
