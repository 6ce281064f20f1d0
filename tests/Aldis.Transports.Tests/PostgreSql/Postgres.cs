using System.Collections.Concurrent;
using Aldis.PostgreSql;
using Aldis.Transports.Tests.Failures;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>What the tests of PostgreSQL begin with.</summary>
internal static class Postgres
{
    private static int _count;

    /// <summary>The server that all share.</summary>
    public static async Task<PostgresServer> SharedAsync()
    {
        Assert.SkipUnless(PostgresServer.IsThere, "the Debian package postgresql is missing");
        return await PostgresServer.SharedAsync();
    }

    /// <summary>A server that may be stopped and harmed.</summary>
    public static Task<PostgresServer> OwnAsync(params string[] settings)
    {
        NeedOwn();
        return PostgresServer.StartAsync(settings);
    }

    public static void NeedOwn() => Assert.SkipUnless(PostgresServer.CanStart, "the Debian package postgresql is missing");

    /// <summary>A name that no other test uses.</summary>
    public static string NewSchema() => $"test_{Environment.ProcessId}_{Interlocked.Increment(ref _count)}";

    /// <summary>Tables of its own.</summary>
    public static PostgreSqlOptions Options(string uri) => new() { Connection = uri, Schema = NewSchema() };

    /// <summary>Runs statements, beside the bus.</summary>
    public static async Task ExecuteAsync(string uri, string sql)
    {
        await using var connection = await OpenAsync(uri);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks for a number.</summary>
    public static async Task<long> CountAsync(string uri, string sql)
    {
        await using var connection = await OpenAsync(uri);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static Task DropAsync(PostgreSqlOptions options) => ExecuteAsync(options.Connection, $"DROP SCHEMA IF EXISTS {Identifier.Quote(options.Schema)} CASCADE");

    /// <summary>A connection without a pool, as a program of the user has it.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(string uri)
    {
        Assert.True(ServerAddress.TryParse(uri, out var address, out var why), why);
        var said = address.ToBuilder();
        said.Pooling = false;
        var connection = new NpgsqlConnection(said.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A bus whose one group notes the texts of what it handles.</summary>
    public static ValueTask<EventBus> StartAsync(PostgreSqlOptions options, ConcurrentQueue<string> handled, ILoggerFactory? log = null, SubscriptionOptions? subscription = null)
        => EventBus.StartAsync(bus =>
        {
            bus.Loggers = log ?? bus.Loggers;
            bus.UsePostgreSql(options).Subscribe<Noted>("readers", (noted, _) =>
            {
                handled.Enqueue(noted.Text);
                return ValueTask.CompletedTask;
            }, subscription);
        });
}
