namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of docs/transports/sqlite.md.</summary>
internal static class SqliteSnippets
{
    public static ValueTask<EventBus> StartAsync() => EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions
    {
        Path = "events.db",
        Durability = SqliteDurability.Durable,
        LogLimit = 256 << 20,
        KeepDone = TimeSpan.Zero,
    }));

    public static void Care()
    {
        SqliteCheck found = SqliteCare.Check("events.db");
        SqliteStatistics statistics = SqliteCare.ReadStatistics("events.db");
        SqliteCare.BackUp("events.db", "backup/events.db");
        SqliteCare.Compact("events.db");
        SqliteSalvage saved = SqliteCare.Salvage("damaged.db", "saved.db");
        Console.WriteLine($"{found.IsSound} {statistics.FileBytes} {saved.Events}");
    }
}
