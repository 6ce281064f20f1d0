namespace Aldis.Victim;

/// <summary>A process that takes the changes of a table from PostgreSQL to a bus on a file, until it is killed.</summary>
internal static class Relaying
{
    public static async Task RunAsync(string file, string rows, RowSource way)
    {
        var options = new RowsOptions { Connection = rows, PollInterval = TimeSpan.FromMilliseconds(5), RetryInterval = TimeSpan.FromMilliseconds(50), BatchSize = 20 };
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseJson(VictimJson.Default).UseRows(options).Rows(RowTable.Of<Counter>("counters").From(way)));
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>A row that nobody reads here: its JSON is handed on as it is.</summary>
    internal sealed record Counter(int Id, long Value);
}
