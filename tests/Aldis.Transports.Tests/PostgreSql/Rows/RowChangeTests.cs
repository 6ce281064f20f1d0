using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Transports.Tests.Failures;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.PostgreSql.Rows;

/// <summary>Changes of rows are events, whoever makes them; the same for both ways to learn of them.</summary>
public sealed class RowChangeTests
{
    public static TheoryData<RowSource> Ways => [RowSource.Triggers, RowSource.LogicalReplication];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Changes_made_by_psql_arrive_with_old_and_new_values(RowSource way)
    {
        await using var database = await RowDatabase.MakeAsync();
        var log = new RowLog();
        var users = log.Watch(Table(way));
        await users.ApplyAsync(database.Uri);
        await using var bus = await StartAsync(database, users);
        var (exit, error) = await database.PsqlAsync("""
            INSERT INTO users (id, name) VALUES (1, 'Ann');
            UPDATE users SET name = 'Anne', email = 'anne@example.org' WHERE id = 1;
            UPDATE users SET name = name WHERE id = 1;
            DELETE FROM users WHERE id = 1;
            """);
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(["+1 Ann", "*1 Ann>Anne name,email", "-1 Anne"], await log.UntilAsync(3));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_rolled_back_never_was(RowSource way)
    {
        await using var database = await RowDatabase.MakeAsync();
        var log = new RowLog();
        var users = log.Watch(Table(way));
        await users.ApplyAsync(database.Uri);
        await using var bus = await StartAsync(database, users);
        await database.PsqlAsync("BEGIN; INSERT INTO users (id, name) VALUES (1, 'Ann'); ROLLBACK; INSERT INTO users (id, name) VALUES (2, 'Bob');");
        Assert.Equal(["+2 Bob"], await log.UntilAsync(1));
    }

    /// <summary>Its number was taken first, and its commit comes last: who remembered how far it came would never see it.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_committed_late_is_not_skipped(RowSource way)
    {
        await using var database = await RowDatabase.MakeAsync();
        var log = new RowLog();
        var users = log.Watch(Table(way));
        await users.ApplyAsync(database.Uri);
        await using var bus = await StartAsync(database, users);
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = new Npgsql.NpgsqlCommand("INSERT INTO users (id, name) VALUES (1, 'Ann')", connection, transaction))
        {
            await insert.ExecuteNonQueryAsync();
        }

        await database.RunAsync("INSERT INTO users (id, name) VALUES (2, 'Bob')");
        Assert.Equal(["+2 Bob"], await log.UntilAsync(1));
        await transaction.CommitAsync();
        Assert.Equal(["+2 Bob", "+1 Ann"], await log.UntilAsync(2));
    }

    /// <summary>Whatever a database begins its transactions with: changes of many transactions beside each other all arrive.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Another_isolation_of_transactions_changes_nothing(RowSource way)
    {
        await using var database = await RowDatabase.MakeAsync();
        await database.RunAsync($"ALTER DATABASE {new Uri(database.Uri).AbsolutePath[1..]} SET default_transaction_isolation TO 'serializable'");
        var log = new RowLog();
        var users = log.Watch(Table(way));
        await users.ApplyAsync(database.Uri);
        await using var bus = await StartAsync(database, users);
        await Parallel.ForEachAsync(Enumerable.Range(1, 40), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (id, _) =>
        {
            while ((await database.PsqlAsync($"INSERT INTO users (id, name) VALUES ({id}, 'Ann')")).Exit != 0)
            {
                // The server has broken it off, as it may at this level: whoever is told so tries again.
            }
        });
        Assert.Equal(Enumerable.Range(1, 40).Select(id => $"+{id} Ann").Order(), (await log.UntilAsync(40)).Order());
    }

    /// <summary>Of two processes one works; the other takes its place.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task When_a_relay_stops_another_goes_on(RowSource way)
    {
        await using var database = await RowDatabase.MakeAsync();
        var (first, second) = (new RowLog(), new RowLog());
        var (one, other) = (first.Watch(Table(way)), second.Watch(Table(way)));
        await one.ApplyAsync(database.Uri);
        var bus = await StartAsync(database, one);
        await database.RunAsync("INSERT INTO users (id, name) VALUES (1, 'Ann')");
        await first.UntilAsync(1);
        await using var next = await StartAsync(database, other);
        await bus.DisposeAsync();
        await database.RunAsync("INSERT INTO users (id, name) VALUES (2, 'Bob')");

        // What the first one had published and not yet forgotten when it was stopped may come again.
        await Until.TrueAsync(() => second.Lines is [.., "+2 Bob"]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Values_of_every_kind_arrive(RowSource way)
    {
        await using var database = await RowDatabase.MakeAsync();
        await database.RunAsync("CREATE TYPE mood AS ENUM ('sad', 'glad')");
        await database.RunAsync("""
            CREATE TABLE things (id uuid PRIMARY KEY, is_on boolean, small smallint, large bigint, exact numeric, rough double precision, stamp timestamptz, local timestamp, day date,
                tags text[], numbers int[], detail jsonb, "Odd name" text, how mood)
            """);
        var seen = new ConcurrentQueue<Thing>();
        var things = RowTable.Of<Thing>("things").Column(thing => thing.OddName, "Odd name").From(way).AfterInsert((insert, _) =>
        {
            seen.Enqueue(insert.New);
            return ValueTask.CompletedTask;
        });
        await things.ApplyAsync(database.Uri);
        await using var bus = await EventBus.StartAsync(bus => bus.UseInMemory().UseRows(Options(database)).Rows(things));
        await database.RunAsync("""
            INSERT INTO things VALUES ('0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04', true, 7, 9007199254740993, 12345678901234567890.12, 0.1, '2026-01-02T03:04:05.678+01', '2026-01-02T03:04:05', '2026-01-02',
                '{a,"b c",NULL}', '{1,2}', '{"inner_name": [1, "é"]}', 'quo"te\ and '' more', 'glad')
            """);
        await Until.TrueAsync(() => !seen.IsEmpty);
        var thing = Assert.Single(seen);
        Assert.Equal((Guid.Parse("0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04"), true, 7, 9007199254740993, 12345678901234567890.12m, 0.1),
            (thing.Id, thing.IsOn, thing.Small, thing.Large, thing.Exact, thing.Rough));
        Assert.Equal((new DateTimeOffset(2026, 1, 2, 2, 4, 5, 678, TimeSpan.Zero), new DateTime(2026, 1, 2, 3, 4, 5), new DateOnly(2026, 1, 2)), (thing.Stamp.ToUniversalTime(), thing.Local, thing.Day));
        Assert.Equal(["a", "b c", null], thing.Tags);
        Assert.Equal([1, 2], thing.Numbers);
        Assert.Equal("é", thing.Detail.GetProperty("inner_name")[1].GetString());
        Assert.Equal(("quo\"te\\ and ' more", "glad"), (thing.OddName, thing.How));
    }

    [Fact]
    public async Task Events_of_a_row_follow_one_another_while_those_of_others_run()
    {
        await using var database = await RowDatabase.MakeAsync();
        var (gate, log) = (new TaskCompletionSource(), new RowLog());
        var users = RowTable.Of<User>("users").AfterInsert(async (insert, _) =>
        {
            await (insert.New.Id == 1 ? gate.Task : Task.CompletedTask);
            await log.Note($"+{insert.New.Id}");
        }, options: new SubscriptionOptions { Concurrency = 4 }).AfterUpdate((update, _) => log.Note($"*{update.New.Id}"));
        await users.ApplyAsync(database.Uri);
        await using var bus = await StartAsync(database, users);
        await database.RunAsync("INSERT INTO users (id, name) VALUES (1, 'Ann'), (2, 'Bob'); UPDATE users SET name = upper(name)");
        Assert.Equal(["+2", "*2"], await log.UntilAsync(2));
        gate.SetResult();
        Assert.Equal(["+2", "*2", "+1", "*1"], await log.UntilAsync(4));
    }

    [Fact]
    public async Task A_handler_is_told_which_columns_have_changed()
    {
        await using var database = await RowDatabase.MakeAsync();
        var log = new RowLog();
        var users = RowTable.Of<User>("users").AfterUpdate((update, _) => log.Note($"{update.Changes(user => user.UpdatedAt)} {update.Changes(user => user.Name)}"));
        await users.ApplyAsync(database.Uri);
        await using var bus = await StartAsync(database, users);
        await database.RunAsync("INSERT INTO users (id, name) VALUES (1, 'Ann'); UPDATE users SET updated_at = now()");
        Assert.Equal(["True False"], await log.UntilAsync(1));
    }

    [Fact]
    public async Task A_change_that_no_bus_can_take_is_set_aside_with_what_follows_for_its_row()
    {
        await using var database = await RowDatabase.MakeAsync();
        var log = new RowLog();
        var users = log.Watch(Table(RowSource.Triggers));
        await users.ApplyAsync(database.Uri);
        await using var bus = await StartAsync(database, users);
        await database.RunAsync("INSERT INTO users (id, name) VALUES (1, repeat('x', 2000000)); UPDATE users SET name = 'Ann'; UPDATE users SET name = 'Anne'; INSERT INTO users (id, name) VALUES (2, 'Bob')");
        Assert.Equal(["+2 Bob"], await log.UntilAsync(1));
        await UntilAsideAsync(waiting: 3);
        await database.RunAsync("DELETE FROM aldis_rows.changes WHERE fault IS NOT NULL");

        // The first update tells the old row, which is as large.
        await UntilAsideAsync(waiting: 2);
        await database.RunAsync("DELETE FROM aldis_rows.changes WHERE fault IS NOT NULL");
        Assert.Equal(["+2 Bob", "*1 Ann>Anne name"], await log.UntilAsync(2));

        async Task UntilAsideAsync(int waiting)
        {
            while (await database.AskAsync<long>("SELECT count(*) FROM aldis_rows.changes WHERE fault LIKE 'ALD1003%'") == 0)
            {
                await Task.Delay(10);
            }

            Assert.Equal(waiting, await database.AskAsync<long>("SELECT count(*) FROM aldis_rows.changes"));
        }
    }

    [Fact]
    public async Task What_was_set_aside_is_tried_again_when_its_fault_is_taken_away_with_logical_replication_too()
    {
        await using var database = await RowDatabase.MakeAsync();
        var (time, log) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new RowLog());
        var users = log.Watch(Table(RowSource.LogicalReplication));
        await users.ApplyAsync(database.Uri);
        await using var bus = await EventBus.StartAsync(bus =>
        {
            bus.Time = time;
            bus.UseInMemory().UseRows(Options(database)).Rows(users);
        });
        await database.RunAsync("INSERT INTO users (id, name) VALUES (1, repeat('x', 2000000))");
        await UntilAsync("fault LIKE 'ALD1003%'", 1);

        // It is as large as before, and then somebody makes it smaller.
        await database.RunAsync("UPDATE aldis_rows.changes SET fault = NULL");
        await UntilAsync("fault LIKE 'ALD1003%'", 1);
        await database.RunAsync("UPDATE aldis_rows.changes SET fault = NULL, new_row = jsonb_set(new_row, '{name}', '\"Ann\"')");
        await UntilAsync("true", 0);
        Assert.Equal(["+1 Ann"], await log.UntilAsync(1));

        Task UntilAsync(string condition, int count) => Until.TrueAsync(
            () => Passes(time, database.AskAsync<long>($"SELECT count(*) FROM aldis_rows.changes WHERE {condition}").GetAwaiter().GetResult() == count), limit: TimeSpan.FromSeconds(20));
    }

    /// <summary>A row that is moved to another partition leaves one and comes into the other.</summary>
    [Fact]
    public async Task A_partitioned_table_has_triggers_like_any_other()
    {
        await using var database = await RowDatabase.MakeAsync();
        await PartitionAsync(database);
        var log = new RowLog();
        var users = log.Watch(Table(RowSource.Triggers));
        await users.ApplyAsync(database.Uri);
        await using var bus = await StartAsync(database, users);
        await database.RunAsync("INSERT INTO users (id, name) VALUES (1, 'Ann'); UPDATE users SET name = 'Anne'; UPDATE users SET id = 11");
        var told = await log.UntilAsync(4);
        Assert.Equal(["+1 Ann", "*1 Ann>Anne name", "-1 Anne"], told.Where(line => line[1..].StartsWith("1 ", StringComparison.Ordinal)));
        Assert.Contains("+11 Anne", told);
    }

    [Fact]
    public async Task A_partitioned_table_is_refused_for_logical_replication_and_nothing_is_made()
    {
        await using var database = await RowDatabase.MakeAsync();
        await PartitionAsync(database);
        var users = Table(RowSource.LogicalReplication).AfterInsert((_, _) => ValueTask.CompletedTask);
        var error = await Assert.ThrowsAsync<AldisException>(async () => await users.ApplyAsync(database.Uri));
        Assert.Equal(ErrorCodes.InvalidOption.Id, error.Code);
        Assert.Contains("partitioned", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await database.AskAsync<long>("SELECT count(*) FROM pg_namespace WHERE nspname = 'aldis_rows'"));

        // Somebody has made by hand what the script makes.
        await database.RunAsync("CREATE PUBLICATION aldis_rows FOR TABLE users; ALTER TABLE users REPLICA IDENTITY FULL");
        await using var bus = await StartAsync(database, users);
        await Until.TrueAsync(() => bus.Troubles.Any(trouble => trouble.What.Contains("partitioned", StringComparison.Ordinal)));
    }

    /// <summary>The server ends a session that is silent for half a minute, and with it the locks: one that publishes a batch for longer is not silent.</summary>
    [Fact]
    public async Task While_the_bus_takes_its_time_the_session_of_the_relay_stays_alive()
    {
        await using var database = await RowDatabase.MakeAsync();
        var (time, log) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new RowLog());
        var transport = new SlowTransport(time, "rows.users");
        var users = log.Watch(Table(RowSource.Triggers));
        await users.ApplyAsync(database.Uri);
        await database.RunAsync("INSERT INTO users (id, name) VALUES (1, 'Ann')");
        await using var bus = await EventBus.StartAsync(bus =>
        {
            bus.Time = time;
            bus.UseTransport(_ => transport).UseRows(Options(database)).Rows(users);
        });
        await Until.TrueAsync(() => Passes(time, transport.Sending.IsCompleted), limit: TimeSpan.FromSeconds(20));
        const string Session = "SELECT query FROM pg_stat_activity WHERE pid = (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
        Assert.NotEqual("SELECT 1", await database.AskAsync<string>(Session));
        await Until.TrueAsync(() => Passes(time, database.AskAsync<string>(Session).GetAwaiter().GetResult() == "SELECT 1"), limit: TimeSpan.FromSeconds(20));

        transport.Release();
        Assert.Equal(["+1 Ann"], await log.UntilAsync(1));
        await Until.TrueAsync(() => Passes(time, database.AskAsync<long>("SELECT count(*) FROM aldis_rows.changes").GetAwaiter().GetResult() == 0), limit: TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_table_without_triggers_is_a_trouble_that_ends_when_the_script_is_applied()
    {
        await using var database = await RowDatabase.MakeAsync();
        var log = new RowLog();
        var users = log.Watch(Table(RowSource.Triggers));
        await using var bus = await StartAsync(database, users);
        await Until.TrueAsync(() => bus.Troubles.Any(trouble => trouble.Code.Id == "ALD2601"));
        await users.ApplyAsync(database.Uri);
        await Until.TrueAsync(() => bus.Troubles.Count == 0);
        await database.RunAsync("INSERT INTO users (id, name) VALUES (1, 'Ann')");
        Assert.Equal(["+1 Ann"], await log.UntilAsync(1));
    }

    [Fact]
    public async Task A_bus_without_a_database_for_its_rows_does_not_start()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus => bus.UseInMemory().Rows<User>("users")));
        Assert.Contains("UseRows", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus =>
        {
            bus.UseInMemory().UseRows("postgres://127.0.0.1/nowhere").Rows<User>("users");
            bus.Rows<User>("people");
        }));
        Assert.Contains("record of its own", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A condition, and where it does not hold yet, time goes on.</summary>
    private static bool Passes(FakeTimeProvider time, bool isSo)
    {
        if (!isSo)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        return isSo;
    }

    private static Task PartitionAsync(RowDatabase database) => database.RunAsync("""
        DROP TABLE users;
        CREATE TABLE users (id int PRIMARY KEY, name text, email text, age int, version int NOT NULL DEFAULT 1, updated_at timestamptz) PARTITION BY RANGE (id);
        CREATE TABLE few PARTITION OF users FOR VALUES FROM (0) TO (10);
        CREATE TABLE many PARTITION OF users FOR VALUES FROM (10) TO (100);
        """);

    internal static RowTable<User> Table(RowSource way) => RowTable.Of<User>("users").From(way);

    internal static RowsOptions Options(RowDatabase database) => new() { Connection = database.Uri, PollInterval = TimeSpan.FromMilliseconds(10), RetryInterval = TimeSpan.FromMilliseconds(100) };

    internal static ValueTask<EventBus> StartAsync(RowDatabase database, RowTable<User> users)
        => EventBus.StartAsync(bus => bus.UseInMemory().UseRows(Options(database)).Rows(users));

    private sealed record Thing(
        Guid Id, bool IsOn, short Small, long Large, decimal Exact, double Rough, DateTimeOffset Stamp, DateTime Local, DateOnly Day, string?[] Tags, int[] Numbers,
        System.Text.Json.JsonElement Detail, string OddName, string How);
}
