using Aldis.Errors;
using Aldis.Transports;

namespace Aldis;

/// <summary>Adds the SQLite transport to a bus.</summary>
public static class SqliteBuilderExtensions
{
    private const string Scheme = "sqlite";

    /// <summary>Keeps events in a file: durable, shared by every process on this machine, without a server.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="path">The file; made where there is none.</param>
    public static EventBusBuilder UseSqlite(this EventBusBuilder bus, string path) => bus.UseSqlite(new SqliteOptions { Path = path });

    /// <summary>Keeps events in a file: durable, shared by every process on this machine, without a server.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">The file and how it behaves.</param>
    public static EventBusBuilder UseSqlite(this EventBusBuilder bus, SqliteOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(options);
        return bus.UseTransport(context => new SqliteTransport(options, context), options.Validate());
    }

    /// <summary>Keeps in a file what the transport of the bus cannot keep: what is to be published later, what was handled, retries that wait, dead letters, and order by key through these.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="path">The file; made where there is none. Processes of this machine may share it.</param>
    public static EventBusBuilder UseSqliteLedger(this EventBusBuilder bus, string path) => bus.UseSqliteLedger(new SqliteOptions { Path = path });

    /// <summary>Keeps in a file what the transport of the bus cannot keep: what is to be published later, what was handled, retries that wait, dead letters, and order by key through these.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">The file and how it behaves; with <see cref="SqliteOptions.ShareFile"/> it can be your own database.</param>
    public static EventBusBuilder UseSqliteLedger(this EventBusBuilder bus, SqliteOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(options);
        return bus.UseLedger(context => new SqliteTransport(options, context), options.Validate());
    }

    /// <summary>Lets a connection URI choose SQLite: <c>sqlite:events.db</c>, <c>sqlite:/var/lib/shop/events.db</c>.</summary>
    /// <param name="bus">The bus.</param>
    public static EventBusBuilder AcceptSqlite(this EventBusBuilder bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return bus.AcceptTransport(new TransportScheme(Scheme, "sqlite:events.db", (uri, context) => new SqliteTransport(Parse(uri), context)));
    }

    private static SqliteOptions Parse(string uri)
    {
        var path = uri[(Scheme.Length + 1)..];
        if (path.Contains('?', StringComparison.Ordinal))
        {
            throw new ConfigurationException([new Fault(ErrorCodes.InvalidOption, "The sqlite: URI has a '?'.", "It names a file and has no parameters.", "Say what is beyond the file in code: bus.UseSqlite(new SqliteOptions { … }).")]);
        }

        var options = new SqliteOptions { Path = path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path };
        return options.Validate().ToArray() is { Length: > 0 } faults ? throw new ConfigurationException(faults) : options;
    }
}
