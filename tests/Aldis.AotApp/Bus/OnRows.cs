using System.Collections.Concurrent;
using Npgsql;

namespace Aldis.AotApp.Bus;

/// <summary>
/// Rows as events, on the server that <c>ALDIS_TEST_POSTGRESQL</c> names, both ways to learn of them. Without it, only that the script can be written and that a database that is away is no
/// reason not to start.
/// </summary>
internal static class OnRows
{
    public static async Task RunAsync()
    {
        Check.True(Table("things").Describe().Contains("NEW.\"tag\" !~ '^a'", StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("ALDIS_TEST_POSTGRESQL") is not { Length: > 0 } uri)
        {
            await using var alone = await EventBus.StartAsync(bus => bus.UseInMemory().UseRows("postgres://nobody@127.0.0.1:1/nowhere").Rows(Table("things")));
            await Check.EventuallyAsync("the trouble", () => Task.FromResult(alone.Troubles.Count == 1));
            return;
        }

        await RunAsync(uri, RowSource.Triggers);
        await RunAsync(uri, RowSource.LogicalReplication);
    }

    private static RowTable<Thing> Table(string name) => RowTable.Of<Thing>(name).Pattern(thing => thing.Tag, "^a");

    private static async Task RunAsync(string uri, RowSource way)
    {
        var name = $"aot_{Environment.ProcessId}_{way}".ToLowerInvariant();
        var seen = new ConcurrentQueue<string>();
        var things = Table(name).KeptIn(name).From(way).BeforeInsert(insert => insert.New.Id < 0 ? new Veto("negative") : null).AfterInsert((insert, _) =>
        {
            seen.Enqueue($"+{insert.New.Id} {insert.New.Tag}");
            return ValueTask.CompletedTask;
        }).AfterUpdate((update, _) =>
        {
            seen.Enqueue($"*{update.Old.Tag}>{update.New.Tag} {update.Changes(thing => thing.Tag)}");
            return ValueTask.CompletedTask;
        });
        var parsed = new Uri(uri);
        await using var source = new NpgsqlSlimDataSourceBuilder(
            $"Host={parsed.Host};Port={parsed.Port};Username={parsed.UserInfo.Split(':')[0]};Password={parsed.UserInfo.Split(':')[^1]};Database={parsed.AbsolutePath[1..]}").Build();
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync($"CREATE TABLE {name} (id int PRIMARY KEY, tag text)");
        await things.ApplyAsync(connection);
        await using (var bus = await EventBus.StartAsync(bus => bus.UseInMemory().UseRows(uri).Rows(things)))
        {
            await using (var transaction = await connection.BeginTransactionAsync())
            {
                Check.Equal(new Thing(1, "a"), await things.InsertAsync(transaction, new Thing(1, "a")));
                await transaction.CommitAsync();
            }

            await ExecuteAsync($"UPDATE {name} SET tag = 'ab'");
            await Check.EventuallyAsync("both changes", () => Task.FromResult(seen.Count == 2));
        }

        Check.Lines(seen, "+1 a", "*a>ab True");
        await things.RemoveAsync(connection);
        await ExecuteAsync($"DROP TABLE {name}");

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    internal sealed record Thing(int Id, string? Tag);
}
