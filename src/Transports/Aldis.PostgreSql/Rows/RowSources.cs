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
    private readonly IReadOnlyList<RowRelay> _relays;

    public RowSources(RowsOptions options, IReadOnlyList<IRowTable> tables, TransportContext context)
    {
        _options = options;
        _ = ServerAddress.TryParse(options.Connection, out var address, out _);
        _database = Sources.Open(address!, static said => said.Timezone ??= "UTC");
        var log = context.Loggers.CreateLogger("Aldis.PostgreSql.Rows");
        _relays = [.. tables.Where(table => table.Plan.Published != RowKinds.None).GroupBy(table => (table.Plan.KeptIn, table.Plan.Source))
            .Select(kept => RelayOf(kept.Key.Source, [.. kept], address!, context.Time, log))];
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
    }

    private RowRelay RelayOf(RowSource source, IReadOnlyList<IRowTable> tables, ServerAddress address, TimeProvider time, ILogger log) => source == RowSource.LogicalReplication
        ? new ReplicationRelay(tables, _database, address, _options, time, log)
        : new TriggerRelay(tables, _database, _options, time, log);
}
