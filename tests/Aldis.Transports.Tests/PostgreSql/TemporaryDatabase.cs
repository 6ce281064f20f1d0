namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>A database of its own on the server that all tests share: for other processes, which are told nothing but its URI.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name;

    private TemporaryDatabase(string server, string uri, string name) => (_server, Uri, _name) = (server, uri, name);

    public string Uri { get; }

    public static async Task<TemporaryDatabase> MakeAsync()
    {
        var server = await Postgres.SharedAsync();
        var name = Postgres.NewSchema();
        await Postgres.ExecuteAsync(server.Uri, $"CREATE DATABASE {name}");
        return new TemporaryDatabase(server.Uri, server.UriOf(name), name);
    }

    public async ValueTask DisposeAsync() => await Postgres.ExecuteAsync(_server, $"DROP DATABASE {_name} WITH (FORCE)");
}
