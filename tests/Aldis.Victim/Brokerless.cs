using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Victim;

/// <summary>A process among others without a broker: it has a ledger of its own, and finds the others in a file.</summary>
internal static class Brokerless
{
    /// <summary>Publishes without end, with four writers that do not hurry; says "stored TEXT".</summary>
    public static async Task PublishAsync(string peers, string ledger)
    {
        await using var bus = await EventBus.StartAsync(bus => Join(bus, peers, ledger));
        Console.WriteLine("ready");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var number = 0; ; number++)
            {
                var text = $"{Environment.ProcessId}-{writer}-{number}";
                await bus.PublishAsync(new Noted(text));
                Console.WriteLine($"stored {text}");
                await Task.Delay(2);
            }
        }));
    }

    /// <summary>Handles what comes; says "handled TEXT".</summary>
    public static async Task ConsumeAsync(string peers, string ledger)
    {
        var options = new SubscriptionOptions { Concurrency = 4, MaxUnsettled = 64 };
        await using var bus = await EventBus.StartAsync(bus => Join(bus, peers, ledger).Subscribe<Noted>("readers", (noted, _) =>
        {
            Console.WriteLine($"handled {noted.Text}");
            return ValueTask.CompletedTask;
        }, options));
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Handles what comes with eight workers, as the victim of order by key does.</summary>
    public static async Task HandleKeysAsync(string peers, string ledger, Func<string, EventContext, ValueTask> handleAsync)
    {
        var options = new SubscriptionOptions
        {
            Concurrency = 8, MaxUnsettled = 32,
            Retry = new RetryPolicy { MaxAttempts = 2, ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(10) },
        };
        await using var bus = await EventBus.StartAsync(bus => Join(bus, peers, ledger).Subscribe<Noted>("readers", (noted, context) => handleAsync(noted.Text, context), options));
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Takes one event and holds it until a line comes in, then settles it; says how many settlements were refused.</summary>
    public static async Task HoldAsync(string peers, string ledger)
    {
        var context = new TransportContext(TimeProvider.System, NullLoggerFactory.Instance);
        await using var kept = new SqliteTransport(new SqliteOptions { Path = ledger }, context);
        await kept.StartAsync(CancellationToken.None);
        await using var transport = new ZeroMqTransport(Options(peers), context with { Ledger = kept });
        await transport.StartAsync(CancellationToken.None);
        await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(TopicName.Parse("noted"), GroupName.Parse("readers"), 1), CancellationToken.None);
        Console.WriteLine("ready");
        var buffer = new Delivery[1];
        await receiver.ReceiveAsync(buffer, CancellationToken.None);
        Console.WriteLine($"holding {buffer[0].Envelope.Id}");
        await Console.In.ReadLineAsync();
        var refused = await receiver.SettleAsync(new[] { new Settlement(buffer[0], Verdict.Done, []) }, CancellationToken.None);
        Console.WriteLine($"refused {refused.Count}");
    }

    private static EventBusBuilder Join(EventBusBuilder bus, string peers, string ledger)
        => bus.UseZeroMq(Options(peers)).UseSqliteLedger(ledger).UseJson(VictimJson.Default);

    private static ZeroMqOptions Options(string peers) => new()
    {
        PeersFile = peers, Announce = true, LookForPeersEvery = TimeSpan.FromMilliseconds(200), PeerTimeout = TimeSpan.FromSeconds(1), Heartbeat = TimeSpan.FromMilliseconds(200),
    };
}
