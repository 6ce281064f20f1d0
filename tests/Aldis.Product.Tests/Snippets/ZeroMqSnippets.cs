namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of docs/transports/zeromq.md.</summary>
internal static class ZeroMqSnippets
{
    public static ValueTask<EventBus> StartAsync() => EventBus.StartAsync(bus => bus
        .UseZeroMq("10.0.0.1:7001", options => options with { Peers = ["shop-b:7001", "shop-c:7001"], KeyFile = "fleet.keys" })
        .UseSqliteLedger("events.db"));

    public static ValueTask<EventBus> StartFastAsync() => EventBus.StartAsync(bus => bus
        .UseZeroMq("127.0.0.1:7001", options => options with { PeersFile = "peers.txt", Level = ZeroMqLevel.BestEffort }));

    public static void CreateKeys()
    {
        ZeroMqCare.CreateKeyFile("fleet.keys");
    }
}
