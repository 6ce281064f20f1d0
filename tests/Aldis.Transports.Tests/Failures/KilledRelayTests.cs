using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.PostgreSql.Rows;
using Aldis.Transports.Tests.Sqlite;
using Npgsql;

namespace Aldis.Transports.Tests.Failures;

/// <summary>
/// Writers change rows of PostgreSQL in transactions of random length, some of which are rolled back, while the processes that take the changes to the bus are killed one after the other.
/// </summary>
[Trait("Failure", "rows")]
public sealed class KilledRelayTests
{
    private const int Rows = 12;
    private const int Writers = 4;

    private readonly ConcurrentDictionary<int, ConcurrentQueue<long>> _handled = new();
    private int _count;

    [Theory]
    [InlineData(RowSource.Triggers)]
    [InlineData(RowSource.LogicalReplication)]
    public async Task No_change_is_lost_none_has_an_effect_twice_and_each_row_keeps_its_order(RowSource way)
    {
        await using var database = await RowDatabase.MakeAsync();
        using var folder = new TemporaryFolder();
        await database.RunAsync($"CREATE TABLE counters (id int PRIMARY KEY, value bigint NOT NULL); INSERT INTO counters SELECT id, 0 FROM generate_series(1, {Rows}) AS id");
        var counters = RowTable.Of<Counter>("counters").From(way).AfterUpdate(NoteAsync, "readers", new SubscriptionOptions { Concurrency = 4, Inbox = new InboxOptions() });
        await counters.ApplyAsync(database.Uri);
        var file = folder.File("events.db");
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseRows(new RowsOptions { Connection = database.Uri, Relay = false }).Rows(counters));

        using var end = new CancellationTokenSource();
        var kills = Figures.Size(everyday: 3, full: 200);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(database, new Random(writer), end.Token)));
        var slowest = await KillAsync(kills, file, database.Uri, way);
        await end.CancelAsync();
        await writing;

        using var last = new VictimProcess("relay", file, database.Uri, $"{way}");
        var total = await database.AskAsync<decimal>("SELECT sum(value) FROM counters");
        await Until.TrueAsync(() => Volatile.Read(ref _count) >= total, limit: TimeSpan.FromSeconds(30));
        await Task.Delay(300);
        var (lost, disordered) = (total - _handled.Values.Sum(row => row.Distinct().Count()), _handled.Values.Count(row => !row.SequenceEqual(row.Order())));
        Figures.Print("rows", $"{way}: kills {kills}, changes {total}, lost {lost}, effects twice {_count - _handled.Values.Sum(row => row.Distinct().Count())}, rows out of order {disordered}, "
            + $"slowest until the next change after a kill-ms {slowest.TotalMilliseconds:F0} (bound 10000)");
        Assert.Equal((total, 0m, 0), (_count, lost, disordered));
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await last.KillAsync();
        await Until.TrueAsync(() => IsFree(database).GetAwaiter().GetResult(), everyMs: 100);
    }

    /// <summary>Two relays at a time, of which one waits: the one that was started first is killed.</summary>
    private async Task<TimeSpan> KillAsync(int kills, string file, string uri, RowSource way)
    {
        var random = new Random(23);
        var slowest = TimeSpan.Zero;
        var relays = new Queue<VictimProcess>();
        for (var kill = 0; kill <= kills + 1; kill++)
        {
            var relay = new VictimProcess("relay", file, uri, $"{way}");
            await relay.UntilAsync("ready");
            relays.Enqueue(relay);
            if (relays.Count < 2)
            {
                continue;
            }

            await Task.Delay(random.Next(20, 300));
            using var oldest = relays.Dequeue();
            await oldest.KillAsync();
            var (start, count) = (Stopwatch.GetTimestamp(), Volatile.Read(ref _count));
            await Until.TrueAsync(() => Volatile.Read(ref _count) > count + 1, everyMs: 5);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        while (relays.TryDequeue(out var relay))
        {
            await relay.KillAsync();
            relay.Dispose();
        }

        return slowest;
    }

    /// <summary>Raises some rows by one at a time, in the order of their ids, so that no two writers wait for each other.</summary>
    private static async Task WriteAsync(RowDatabase database, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await using var connection = await database.Source.OpenConnectionAsync(CancellationToken.None);
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            foreach (var id in Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, Rows + 1)).Distinct().Order())
            {
                await using var update = new NpgsqlCommand($"UPDATE counters SET value = value + 1 WHERE id = {id}", connection, transaction);
                await update.ExecuteNonQueryAsync(CancellationToken.None);
                await Task.Delay(random.Next(0, 4), CancellationToken.None);
            }

            await (random.Next(5) == 0 ? transaction.RollbackAsync(CancellationToken.None) : transaction.CommitAsync(CancellationToken.None));
        }
    }

    private static async Task<bool> IsFree(RowDatabase database)
        => await database.AskAsync<long>("SELECT count(*) FROM pg_replication_slots WHERE database = current_database() AND active") == 0;

    private ValueTask NoteAsync(RowUpdate<Counter> update, EventContext context)
    {
        _handled.GetOrAdd(update.New.Id, _ => new ConcurrentQueue<long>()).Enqueue(update.New.Value);
        Interlocked.Increment(ref _count);
        return ValueTask.CompletedTask;
    }

    private sealed record Counter(int Id, long Value);
}
