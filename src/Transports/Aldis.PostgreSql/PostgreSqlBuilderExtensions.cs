using Aldis.PostgreSql.Rows;
using Aldis.Transports;

namespace Aldis;

/// <summary>Adds the PostgreSQL transport to a bus.</summary>
public static class PostgreSqlBuilderExtensions
{
    /// <summary>Keeps events in a PostgreSQL database: durable, shared by every process that reaches it, published in your own transactions where you like.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="connection"><c>postgres://user:password@host:5432/database</c>, or a connection string of Npgsql.</param>
    /// <param name="options">Changes what else can be said; null for the defaults.</param>
    public static EventBusBuilder UsePostgreSql(this EventBusBuilder bus, string connection, Func<PostgreSqlOptions, PostgreSqlOptions>? options = null)
        => bus.UsePostgreSql(Changed(connection, options));

    /// <summary>Keeps events in a PostgreSQL database: durable, shared by every process that reaches it, published in your own transactions where you like.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Where the database is and how the bus behaves towards it.</param>
    public static EventBusBuilder UsePostgreSql(this EventBusBuilder bus, PostgreSqlOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(options);
        BusRows.Offer(bus, options);
        return bus.UseTransport(context => new PostgreSqlTransport(options, context), options.Validate());
    }

    /// <summary>
    /// Keeps in a PostgreSQL database what the transport of the bus cannot keep: events of your own transactions on their way to it (the outbox), what is to be published later, what was
    /// handled, retries that wait, dead letters, and order by key through these.
    /// </summary>
    /// <param name="bus">The bus.</param>
    /// <param name="connection"><c>postgres://user:password@host:5432/database</c>, or a connection string of Npgsql.</param>
    /// <param name="options">Changes what else can be said; null for the defaults.</param>
    public static EventBusBuilder UsePostgreSqlLedger(this EventBusBuilder bus, string connection, Func<PostgreSqlOptions, PostgreSqlOptions>? options = null)
        => bus.UsePostgreSqlLedger(Changed(connection, options));

    /// <summary>
    /// Keeps in a PostgreSQL database what the transport of the bus cannot keep: events of your own transactions on their way to it (the outbox), what is to be published later, what was
    /// handled, retries that wait, dead letters, and order by key through these.
    /// </summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Where the database is and how the bus behaves towards it.</param>
    public static EventBusBuilder UsePostgreSqlLedger(this EventBusBuilder bus, PostgreSqlOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(options);
        BusRows.Offer(bus, options);
        return bus.UseLedger(context => new PostgreSqlTransport(options, context), options.Validate());
    }

    /// <summary>Lets a connection URI choose PostgreSQL: <c>postgres://user:password@host/database</c>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Changes what else can be said; null for the defaults.</param>
    public static EventBusBuilder AcceptPostgreSql(this EventBusBuilder bus, Func<PostgreSqlOptions, PostgreSqlOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        foreach (var scheme in new[] { "postgres", "postgresql" })
        {
            bus.AcceptTransport(new TransportScheme(scheme, $"{scheme}://user:password@host/database", (uri, context) => new PostgreSqlTransport(Changed(uri, options), context)));
        }

        return bus;
    }

    private static PostgreSqlOptions Changed(string connection, Func<PostgreSqlOptions, PostgreSqlOptions>? change)
    {
        var options = new PostgreSqlOptions { Connection = connection };
        return change?.Invoke(options) ?? options;
    }
}
