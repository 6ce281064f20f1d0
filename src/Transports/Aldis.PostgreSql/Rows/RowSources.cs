using Aldis.Errors;
using Aldis.Transports;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Aldis.PostgreSql.Rows;

/// <summary>What takes the changes of all tables of a bus to it: a relay for each schema that they are kept in, and each way to learn of them.</summary>
internal sealed class RowSources : ISource
{
    private readonly RowsOptions _options;
    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlDataSource _sessions;
    private readonly string _words;
    private readonly IReadOnlyList<RowRelay> _relays;

    public RowSources(RowsOptions options, IReadOnlyList<IRowTable> tables, TransportContext context)
    {
        _options = options;
        _ = ServerAddress.TryParse(options.Connection, out var address, out _);
        _database = Sources.Open(address!, Fit);
        _sessions = Sources.Open(address!, FitSession);
        var words = address!.ToBuilder();
        Fit(words);
        _words = words.ConnectionString;
        var log = context.Loggers.CreateLogger("Aldis.PostgreSql.Rows");
        _relays = [.. tables.Where(table => table.Plan.Published != RowKinds.None).GroupBy(table => (table.Plan.KeptIn, table.Plan.Source))
            .Select(kept => RelayOf(kept.Key.Source, [.. kept], context.Time, log))];
    }

    public Fault? Trouble => _relays.Select(relay => relay.Trouble).FirstOrDefault(trouble => trouble is not null);

    public ValueTask StartAsync(IEventBus bus, CancellationToken cancel)
    {
        foreach (var relay in _options.Relay ? _relays : [])
        {
            relay.Start(bus);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_relays.Select(relay => relay.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        await _sessions.DisposeAsync().ConfigureAwait(false);
    }

    private RowRelay RelayOf(RowSource source, IReadOnlyList<IRowTable> tables, TimeProvider time, ILogger log) => source == RowSource.LogicalReplication
        ? new ReplicationRelay(tables, _database, _words, _options, time, log)
        : new TriggerRelay(tables, _sessions, _options, time, log);

    private void Fit(NpgsqlConnectionStringBuilder said)
    {
        Sources.ReadCommitted(said);
        said.Timezone ??= "UTC";
        said.RootCertificate = _options.TrustedRoots ?? said.RootCertificate;
    }

    /// <summary>A connection that holds locks is closed with the work, and not kept for something else.</summary>
    private void FitSession(NpgsqlConnectionStringBuilder said)
    {
        Fit(said);
        said.Pooling = false;
    }
}
