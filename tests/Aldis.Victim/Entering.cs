using Microsoft.Data.Sqlite;

namespace Aldis.Victim;

/// <summary>
/// Handles what comes in transactions of its own, on the file of the bus: a row for each effect, and the event in the inbox. Says "committed TEXT" when one is committed, and
/// at "stay" never returns after it.
/// </summary>
internal static class Entering
{
    public static async Task RunAsync(string file)
    {
        var options = new SubscriptionOptions { Concurrency = 4, MaxUnsettled = 32, Inbox = new InboxOptions() };
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions { Path = file, ShareFile = true }).UseJson(VictimJson.Default)
            .Subscribe<Noted>("readers", async (noted, context) =>
            {
                if (await CommitAsync(file, noted, context))
                {
                    Console.WriteLine($"committed {noted.Text}");
                    await Task.Delay(noted.Text == "stay" ? Timeout.Infinite : 1);
                }
            }, options));
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
    }

    private static async Task<bool> CommitAsync(string file, Noted noted, EventContext context)
    {
        await using var connection = new SqliteConnection($"Data Source={file}");
        await connection.OpenAsync();
        await using var transaction = connection.BeginTransaction();
        if (!await context.TryEnterInboxAsync(transaction))
        {
            return false;
        }

        await using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = ("INSERT INTO effects (text) VALUES ($text)", transaction);
        command.Parameters.AddWithValue("$text", noted.Text);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return true;
    }
}
