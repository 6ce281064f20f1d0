using System.Diagnostics;
using Aldis.Tests.Shared;
using Npgsql;

namespace Aldis.Benchmarks.PostgreSql;

/// <summary>The outbox: what it costs a transaction of the user, and how quick events go from it to another transport.</summary>
internal static class OutboxFigures
{
    private const int Writers = 8;
    private const int Transactions = 500;
    private const int Events = 20_000;
    private const int EventsInTransaction = 100;

    public static async Task AddAsync(Figures figures, PostgresServer server, NpgsqlDataSource source)
    {
        await ExecuteAsync(source, "DROP TABLE IF EXISTS orders; CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text NOT NULL)");
        await OnAsync(source, bus => bus.UsePostgreSql(server.Uri), async (bus, handled) =>
        {
            await AddCommitAsync(figures, source, bus);
            await AddRelayAsync(figures, ".outbox", source, bus, handled, Writers * Transactions);
        });
        if (RabbitServer.CanStart)
        {
            await using var broker = await RabbitServer.StartAsync();
            await OnAsync(source, bus => bus.UseRabbitMq(broker.Uri).UsePostgreSqlLedger(server.Uri),
                (bus, handled) => AddRelayAsync(figures, ".outbox.to_rabbitmq", source, bus, handled, before: 0));
        }
    }

    private static async Task OnAsync(NpgsqlDataSource source, Action<EventBusBuilder> use, Func<EventBus, Func<int>, Task> measure)
    {
        await ExecuteAsync(source, "DROP SCHEMA IF EXISTS aldis CASCADE");
        var handled = 0;
        await using var bus = await EventBus.StartAsync(bus =>
        {
            use(bus);
            bus.Subscribe<Measured>("bench", (_, _) =>
            {
                Interlocked.Increment(ref handled);
                return ValueTask.CompletedTask;
            }, new SubscriptionOptions { MaxUnsettled = 1024 });
        });
        await measure(bus, () => Volatile.Read(ref handled));
    }

    /// <summary>Each writer takes turns: one transaction with an event, one without; and rests between two, as programs do.</summary>
    private static async Task AddCommitAsync(Figures figures, NpgsqlDataSource source, EventBus bus)
    {
        var (with, without) = (new List<double>(), new List<double>());
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var number = 0; number < 2 * Transactions; number++)
            {
                var hasEvent = (number + writer) % 2 == 0;
                var taken = await WriteAsync(source, hasEvent ? bus : null);
                if (number >= Transactions / 5)
                {
                    lock (with)
                    {
                        (hasEvent ? with : without).Add(taken.TotalMilliseconds);
                    }
                }

                await Task.Delay(2);
            }
        }));
        foreach (var (name, all) in new[] { ("with_outbox", with), ("without", without) })
        {
            figures.Add($".commit.{name}.p50_ms", At(all, 0.5));
            figures.Add($".commit.{name}.p99_ms", At(all, 0.99));
        }

        figures.Add(".commit.p99_ratio", At(with, 0.99) / At(without, 0.99));
    }

    /// <summary>How long the commit takes.</summary>
    private static async Task<TimeSpan> WriteAsync(NpgsqlDataSource source, EventBus? bus)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand("INSERT INTO orders (note) VALUES ('a note of some length')", connection, transaction);
        await insert.ExecuteNonQueryAsync();
        if (bus is not null)
        {
            await bus.PublishAsync(new Measured(0, "an order"), transaction);
        }

        var start = Stopwatch.GetTimestamp();
        await transaction.CommitAsync();
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>From the first transaction until the last event is handled on the transport, while they are written.</summary>
    private static async Task AddRelayAsync(Figures figures, string name, NpgsqlDataSource source, EventBus bus, Func<int> handled, int before)
    {
        var text = new string('x', SqliteBenchmark.TextLength);
        while (handled() < before)
        {
            await Task.Delay(1);
        }

        var start = Stopwatch.GetTimestamp();
        for (var first = 0; first < Events; first += EventsInTransaction)
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            for (var number = 0; number < EventsInTransaction; number++)
            {
                await bus.PublishAsync(new Measured(first + number, text), transaction);
            }

            await transaction.CommitAsync();
        }

        var written = Stopwatch.GetElapsedTime(start);
        while (handled() < before + Events)
        {
            await Task.Delay(1);
        }

        figures.Add($"{name}.written.per_second", Events / written.TotalSeconds);
        figures.Add($"{name}.relayed.per_second", Events / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static double At(List<double> all, double part) => all.Order().ElementAt((int)(all.Count * part));

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
