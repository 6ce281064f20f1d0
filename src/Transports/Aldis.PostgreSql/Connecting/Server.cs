using Aldis.Errors;
using Npgsql;

namespace Aldis.PostgreSql;

/// <summary>
/// The database: gives connections, and looks once whether the tables are there. Everything that is changed is one message to the server, and so one transaction that waits
/// for nobody outside: a process that is stopped in the middle holds no lock. Safe for any thread.
/// </summary>
internal sealed class Server : IAsyncDisposable
{
    private const int MaxTries = 5;

    private readonly PostgreSqlOptions _options;
    private readonly NpgsqlDataSource _source;
    private volatile bool _isInstalled;

    /// <param name="options">How it is used.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="maxConnections">How many connections there are at a time, at most.</param>
    public Server(PostgreSqlOptions options, ServerAddress address, int maxConnections)
    {
        (_options, Address, Script) = (options, address, new Script(options.Schema));
        Texts = new Texts(Script);
        _source = Sources.Open(address, said =>
        {
            Sources.Fit(said, options);
            said.MaxPoolSize = maxConnections;
        });
    }

    public ServerAddress Address { get; }

    public Script Script { get; }

    public Texts Texts { get; }

    /// <summary>Does something on a connection.</summary>
    /// <param name="work">What is done: one statement, or several in one transaction.</param>
    /// <param name="cancel">Ends the wait for a connection.</param>
    /// <exception cref="AldisException">It was not done, or, where it says so, perhaps.</exception>
    public async ValueTask<T> RunAsync<T>(Func<NpgsqlConnection, ValueTask<T>> work, CancellationToken cancel = default)
    {
        for (var left = MaxTries; ; left--)
        {
            var connection = await OpenAsync(cancel).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                try
                {
                    return await work(connection).ConfigureAwait(false);
                }
                catch (Exception error) when (left > 1 && ServerFault.IsConflict(error))
                {
                    // It is as if it had not been tried.
                }
                catch (Exception error) when (error is not OperationCanceledException and not AldisException)
                {
                    throw Explain(error, wasSent: true);
                }
            }
        }
    }

    /// <summary>Calls for one value, or nothing.</summary>
    public ValueTask<T?> ScalarAsync<T>(Call call, CancellationToken cancel = default) => RunAsync(async connection =>
    {
        using var command = call.On(connection);
        return await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false) is T value ? value : default;
    }, cancel);

    /// <summary>Calls for one row.</summary>
    public ValueTask<T> RowAsync<T>(Call call, Func<NpgsqlDataReader, T> read, CancellationToken cancel = default) => RunAsync(async connection =>
    {
        using var command = call.On(connection);
        var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            return read(reader);
        }
    }, cancel);

    /// <summary>Calls for all rows.</summary>
    public ValueTask<List<T>> RowsAsync<T>(Call call, Func<NpgsqlDataReader, T> read, CancellationToken cancel = default) => RunAsync(async connection =>
    {
        using var command = call.On(connection);
        var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var rows = new List<T>();
            while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
    }, cancel);

    /// <summary>An error of the client as one of this library. Where a connection was lost, those that lie ready are thrown away.</summary>
    public AldisException Explain(Exception error, bool wasSent)
    {
        if (ServerFault.IsLost(error))
        {
            _source.Clear();
        }

        return ServerFault.Explain(error, Address, wasSent);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancel)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await _source.OpenConnectionAsync(cancel).ConfigureAwait(false);
            if (!_isInstalled)
            {
                await Installer.RunAsync(connection, Script, _options, cancel).ConfigureAwait(false);
                _isInstalled = true;
            }

            return connection;
        }
        catch (Exception error)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            if (error is OperationCanceledException && cancel.IsCancellationRequested)
            {
                throw;
            }

            throw Explain(error, wasSent: false);
        }
    }
}
