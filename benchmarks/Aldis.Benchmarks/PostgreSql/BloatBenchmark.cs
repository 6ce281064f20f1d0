using System.Diagnostics;
using Aldis.Tests.Shared;
using Npgsql;

namespace Aldis.Benchmarks.PostgreSql;

/// <summary>
/// What is left of a million events: how large the tables are when all are handled. And whether a transaction that somebody leaves open, so that nothing can be cleaned away, makes the queue slower: then more
/// events go through, and the rate at the end is compared with that at the beginning.
/// </summary>
internal static class BloatBenchmark
{
    private const int Publishers = 256;
    private const int Events = 1_000_000;
    private const int Part = 50_000;
    private const int Parts = 5;

    public static async Task RunAsync()
    {
        await using var server = await PostgresServer.StartAsync("shared_buffers=256MB", "max_wal_size=4GB");
        await using var source = NpgsqlDataSource.Create(PostgreSqlBenchmark.Npgsql(server));
        var figures = new Figures("postgresql-bloat");
        var handled = 0;
        await using var bus = await EventBus.StartAsync(bus => bus.UsePostgreSql(server.Uri).Subscribe<Measured>("bench", (_, _) =>
        {
            Interlocked.Increment(ref handled);
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { MaxUnsettled = 1024 }));
        figures.Add(".per_second", await PublishAsync(bus, Events, () => Volatile.Read(ref handled)));
        await EmptyAsync(source);
        await AddSizesAsync(figures, source, ".after_1m");

        await using var open = await source.OpenConnectionAsync();
        await using var transaction = await open.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var write = new NpgsqlCommand("CREATE TABLE left_open (id int)", open, transaction))
        {
            await write.ExecuteNonQueryAsync();
        }

        var rates = new List<double>();
        for (var part = 0; part < Parts; part++)
        {
            rates.Add(await PublishAsync(bus, Part, () => Volatile.Read(ref handled)));
        }

        figures.Add(".open_transaction.first_per_second", rates[0]);
        figures.Add(".open_transaction.last_per_second", rates[^1]);
        figures.Add(".open_transaction.last_to_first", rates[^1] / rates[0]);
        await AddSizesAsync(figures, source, ".open_transaction");
        figures.WritePage("Sizes are in megabytes, with indexes.");
    }

    private static async Task<double> PublishAsync(EventBus bus, int events, Func<int> handled)
    {
        var (text, before, start) = (new string('x', SqliteBenchmark.TextLength), handled(), Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async publisher =>
        {
            await Task.Yield();
            for (var number = publisher; number < events; number += Publishers)
            {
                await bus.PublishAsync(new Measured(number, text));
            }
        }));
        while (handled() < before + events)
        {
            await Task.Delay(1);
        }

        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task EmptyAsync(NpgsqlDataSource source)
    {
        await using var count = source.CreateCommand("SELECT count(*) FROM aldis.event");
        while (await count.ExecuteScalarAsync() is not 0L)
        {
            await Task.Delay(100);
        }
    }

    private static async Task AddSizesAsync(Figures figures, NpgsqlDataSource source, string name)
    {
        await using var sizes = source.CreateCommand("""
            SELECT c.relname, pg_total_relation_size(c.oid) / 1048576.0 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'aldis' AND c.relkind = 'r' AND c.relname IN ('event', 'claim', 'grp', 'topic', 'delivery') ORDER BY c.relname
            """);
        await using var reader = await sizes.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            figures.Add($"{name}.{reader.GetString(0)}_mb", (double)reader.GetDecimal(1));
        }
    }
}
