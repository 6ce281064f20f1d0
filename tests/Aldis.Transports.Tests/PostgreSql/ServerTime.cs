using System.Globalization;
using Npgsql;

namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>The clock of a schema, set by hand: what the functions there take for the time of the server.</summary>
internal sealed class ServerTime(PostgreSqlOptions options) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;

    /// <summary>Makes the tables, with a clock that stands.</summary>
    public async Task InstallAsync(DateTimeOffset now)
    {
        _connection = await Postgres.OpenAsync(options.Connection);
        await ExecuteAsync(PostgreSqlScript.Text(options.Schema));
        await ExecuteAsync($"""
            CREATE TABLE {options.Schema}.clock (now timestamptz NOT NULL);
            INSERT INTO {options.Schema}.clock VALUES ({Text(now)});
            CREATE OR REPLACE FUNCTION {options.Schema}.moment() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT now FROM {options.Schema}.clock $$;
            """);
    }

    public Task SetAsync(DateTimeOffset now) => ExecuteAsync($"UPDATE {options.Schema}.clock SET now = {Text(now)}");

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await ExecuteAsync($"DROP SCHEMA {options.Schema} CASCADE");
            await _connection.DisposeAsync();
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Text(DateTimeOffset now) => $"'{now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'";
}
