using System.Diagnostics;
using Aldis.Tests.Shared;
using Npgsql;

namespace Aldis.Benchmarks.PostgreSql;

/// <summary>The PostgreSQL transport beside what one would write by hand on the same server, in turn, in one run; and the outbox.</summary>
internal static class PostgreSqlBenchmark
{
    private const int BodyBytes = 200;
    private const int Rounds = 5;

    /// <summary>A connection string of Npgsql to the same database.</summary>
    public static string Npgsql(PostgresServer server)
        => $"Host=127.0.0.1;Port={server.Port};Username=tester;Password={PostgresServer.Password};Database=postgres;MaxPoolSize=50;NoResetOnClose=true";

    public static async Task RunAsync()
    {
        await using var server = await PostgresServer.StartAsync("shared_buffers=256MB", "max_wal_size=4GB");
        await using var source = NpgsqlDataSource.Create(Npgsql(server));
        var figures = new Figures("postgresql");
        await CompareAsync(figures, server, source, "", events: 30_000, publishers: 64);
        await CompareAsync(figures, server, source, ".single", events: 1_000, publishers: 1);
        await OutboxFigures.AddAsync(figures, server, source);
        figures.WritePage("A ratio is our events per second over theirs: above 1 we are faster. For the time of a commit it is the time with the outbox over that without: 1 means that it costs nothing.");
    }

    private static async Task CompareAsync(Figures figures, PostgresServer server, NpgsqlDataSource source, string name, int events, int publishers)
    {
        await AldisAsync(server.Uri, source, events / 2, publishers);
        await RawPostgreSql.RunAsync(source, events / 2, publishers, BodyBytes);
        var (ours, raw) = (new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++)
        {
            ours[round] = await AldisAsync(server.Uri, source, events, publishers);
            raw[round] = await RawPostgreSql.RunAsync(source, events, publishers, BodyBytes);
        }

        figures.Add($"{name}.publish_to_settled.per_second", Figures.Median(ours));
        figures.Add($"{name}.raw.per_second", Figures.Median(raw));
        figures.Add($"{name}.ratio_to_raw", Figures.Median(ours.Zip(raw, (our, its) => our / its)));
    }

    /// <summary>Events per second from the first publish until the last settlement is committed, and the table is empty.</summary>
    private static async Task<double> AldisAsync(string uri, NpgsqlDataSource source, int events, int publishers)
    {
        await using (var drop = source.CreateCommand("DROP SCHEMA IF EXISTS aldis CASCADE"))
        {
            await drop.ExecuteNonQueryAsync();
        }

        var text = new string('x', SqliteBenchmark.TextLength);
        var handled = 0;
        var bus = await EventBus.StartAsync(bus => bus.UsePostgreSql(uri).Subscribe<Measured>("bench", (_, _) =>
        {
            Interlocked.Increment(ref handled);
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { MaxUnsettled = 1024 }));
        await bus.PublishAsync(new Measured(-1, text));
        await UntilAsync(() => new ValueTask<bool>(Volatile.Read(ref handled) > 0));
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, publishers).Select(async publisher =>
        {
            await Task.Yield();
            for (var number = publisher; number < events; number += publishers)
            {
                await bus.PublishAsync(new Measured(number, text));
            }
        }));
        await UntilAsync(() => new ValueTask<bool>(Volatile.Read(ref handled) > events));
        await using (var empty = source.CreateCommand("SELECT NOT EXISTS (SELECT FROM aldis.claim WHERE remaining > 0)"))
        {
            await UntilAsync(async () => await empty.ExecuteScalarAsync() is true);
        }

        var rate = events / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await bus.DisposeAsync();
        return rate;
    }

    private static async Task UntilAsync(Func<ValueTask<bool>> holds)
    {
        while (!await holds())
        {
            await Task.Delay(1);
        }
    }
}
