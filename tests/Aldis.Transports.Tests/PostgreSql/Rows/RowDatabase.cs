using System.Diagnostics;
using Npgsql;

namespace Aldis.Transports.Tests.PostgreSql.Rows;

/// <summary>A database of its own, in the server that the tests share, with a table of users.</summary>
internal sealed class RowDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly string _name;

    private RowDatabase(PostgresServer server, string name)
    {
        (_server, _name) = (server, name);
        Uri = server.UriOf(name);
        Source = NpgsqlDataSource.Create(Words(Uri));
    }

    /// <summary>How a client reaches it.</summary>
    public string Uri { get; }

    public NpgsqlDataSource Source { get; }

    public static async Task<RowDatabase> MakeAsync()
    {
        Assert.SkipUnless(PostgresServer.IsThere, "there is no PostgreSQL here");
        var server = await PostgresServer.SharedAsync();
        var database = new RowDatabase(server, $"rows_{Guid.CreateVersion7():N}");
        await using (var all = NpgsqlDataSource.Create(Words(server.Uri)))
        {
            await using var make = all.CreateCommand($"CREATE DATABASE {database._name}");
            await make.ExecuteNonQueryAsync();
        }

        await database.RunAsync("CREATE TABLE users (id int PRIMARY KEY, name text, email text, age int, version int NOT NULL DEFAULT 1, updated_at timestamptz)");
        return database;
    }

    /// <summary>Runs statements.</summary>
    public async Task RunAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The one value that a query gives.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Has another client run statements: the terminal of PostgreSQL.</summary>
    /// <returns>What it said on its standard error.</returns>
    public async Task<(int Exit, string Error)> PsqlAsync(string sql)
    {
        using var process = Process.Start(new ProcessStartInfo("psql", [Uri, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(sql);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await output;
        return (process.ExitCode, await error);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await using var all = NpgsqlDataSource.Create(Words(_server.Uri));
        await using var active = all.CreateCommand($"SELECT count(*) FROM pg_replication_slots WHERE database = '{_name}' AND active");
        while ((long)(await active.ExecuteScalarAsync())! > 0)
        {
            // Whoever read from it is gone, and the server is about to notice.
            await Task.Delay(20);
        }

        await using var slots = all.CreateCommand($"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '{_name}'");
        await slots.ExecuteNonQueryAsync();
        await using var drop = all.CreateCommand($"DROP DATABASE {_name} WITH (FORCE)");
        await drop.ExecuteNonQueryAsync();
    }

    private static string Words(string uri)
    {
        var parsed = new Uri(uri);
        var login = parsed.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = parsed.Host, Port = parsed.Port, Username = login[0], Password = login.ElementAtOrDefault(1), Database = parsed.AbsolutePath.TrimStart('/'), SslMode = SslMode.Disable,
        }.ConnectionString;
    }
}
