namespace Aldis.AotApp.Bus;

/// <summary>The bus without a broker: encrypted, with a ledger for each bus, and at best effort.</summary>
internal static class OnZeroMq
{
    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        var keys = folder.File("fleet.keys");
        ZeroMqCare.CreateKeyFile(keys);
        var buses = 0;
        await BusWork.RunAsync(bus => bus.UseZeroMq("127.0.0.1:0", options => options with { KeyFile = keys }).UseSqliteLedger(folder.File($"{++buses}.db")));
        await BusWork.RunTwoAsync(bus => bus
            .UseZeroMq("127.0.0.1:0", options => options with { KeyFile = keys, PeersFile = folder.File("peers.txt"), Announce = true }).UseSqliteLedger(folder.File($"{++buses}.db")));
        await BusWork.RunAsync(bus => bus.UseZeroMq("127.0.0.1:0", options => options with { Level = ZeroMqLevel.BestEffort }));
    }
}
