using System.Collections.Concurrent;
using Aldis.Sqs;
using Aldis.Transports.Tests.Failures;
using Amazon.Runtime;
using Amazon.SQS;
using Microsoft.Extensions.Logging;

namespace Aldis.Transports.Tests.Sqs;

/// <summary>What the tests of SQS begin with.</summary>
internal static class Queues
{
    private static int _count;

    /// <summary>Options with queues that nobody else has, on the service that all share.</summary>
    public static async Task<SqsOptions> SharedAsync(bool fifo = false)
    {
        Assert.SkipUnless(SqsServer.IsThere, SqsServer.Missing);
        return Options(await SqsServer.SharedUriAsync(), fifo);
    }

    /// <summary>A service that may be stopped and harmed.</summary>
    public static Task<SqsServer> OwnAsync()
    {
        NeedOwn();
        return SqsServer.StartAsync();
    }

    public static void NeedOwn() => Assert.SkipUnless(SqsServer.CanStart, SqsServer.Missing);

    /// <summary>Options with queues that nobody else has.</summary>
    public static SqsOptions Options(string uri, bool fifo = false) => At(new SqsOptions
    {
        LongPoll = TimeSpan.FromSeconds(1), Topology = new SqsTopology { Prefix = $"t{Environment.ProcessId % 100_000}n{Interlocked.Increment(ref _count)}", Fifo = fifo },
    }, uri);

    /// <summary>The same at another place.</summary>
    public static SqsOptions At(SqsOptions options, string uri)
    {
        var there = SqsUri.Read(uri);
        return options with { Region = there.Region, Endpoint = there.Endpoint, Credentials = there.Endpoint is null ? null : new BasicAWSCredentials("test", "test") };
    }

    /// <summary>A client that goes past the transport.</summary>
    public static AmazonSQSClient Client(SqsOptions options) => options.Endpoint is null
        ? new AmazonSQSClient(new AmazonSQSConfig { RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region) })
        : new AmazonSQSClient(options.Credentials, new AmazonSQSConfig { ServiceURL = options.Endpoint, AuthenticationRegion = options.Region });

    /// <summary>The URLs of all queues of a system.</summary>
    public static async Task<List<string>> AllAsync(SqsOptions options)
    {
        using var client = Client(options);
        return (await client.ListQueuesAsync(options.Topology.Prefix)).QueueUrls ?? [];
    }

    /// <summary>Deletes the queues of a system.</summary>
    public static async ValueTask DeleteAsync(SqsOptions options)
    {
        using var client = Client(options);
        foreach (var url in await AllAsync(options))
        {
            await client.DeleteQueueAsync(url);
        }
    }

    /// <summary>A bus whose one group notes the texts of what it handles.</summary>
    public static ValueTask<EventBus> StartAsync(SqsOptions options, ConcurrentQueue<string> handled, ILoggerFactory? log = null, SubscriptionOptions? subscription = null)
        => EventBus.StartAsync(bus =>
        {
            bus.Loggers = log ?? bus.Loggers;
            bus.UseSqs(options).Subscribe<Noted>("readers", (noted, _) =>
            {
                handled.Enqueue(noted.Text);
                return ValueTask.CompletedTask;
            }, subscription);
        });
}
