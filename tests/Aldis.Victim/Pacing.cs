namespace Aldis.Victim;

/// <summary>Publishes so many events, one after another, and ends.</summary>
internal static class Pacing
{
    public static async Task RunAsync(string file, SqliteDurability durability, int count)
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions { Path = file, Durability = durability }).UseJson(VictimJson.Default));
        for (var number = 0; number < count; number++)
        {
            await bus.PublishAsync(new Noted($"{number}"));
        }
    }
}
