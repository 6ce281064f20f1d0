using System.Runtime.CompilerServices;
using Aldis.Errors;
using Aldis.Transports;

namespace Aldis.PostgreSql.Rows;

/// <summary>The tables of a bus that is being described.</summary>
internal sealed class BusRows
{
    private static readonly ConditionalWeakTable<EventBusBuilder, BusRows> _all = [];
    private static readonly ConditionalWeakTable<EventBusBuilder, PostgreSqlOptions> _offered = [];

    private readonly List<IRowTable> _tables = [];

    public RowsOptions? Options { get; set; }

    /// <summary>Those of a bus; whoever asks first makes them a source of it.</summary>
    public static BusRows Of(EventBusBuilder bus) => _all.GetValue(bus, static bus =>
    {
        var rows = new BusRows();
        bus.AddSource(context => rows.Open(bus, context));
        return rows;
    });

    /// <summary>Where the tables are if nobody says otherwise: in the database that the bus itself uses.</summary>
    public static void Offer(EventBusBuilder bus, PostgreSqlOptions options) => _offered.AddOrUpdate(bus, options);

    public void Add(IRowTable table) => _tables.Add(table);

    private RowSources Open(EventBusBuilder bus, TransportContext context)
    {
        Options ??= _offered.TryGetValue(bus, out var own) ? new RowsOptions { Connection = own.Connection, TrustedRoots = own.TrustedRoots } : null;
        var faults = (Options?.Validate() ?? []).Concat(Faults()).ToArray();
        return faults.Length > 0 ? throw new ConfigurationException(faults) : new RowSources(Options!, _tables, context);
    }

    private IEnumerable<Fault> Faults()
    {
        if (Options is null)
        {
            yield return new Fault(ErrorCodes.InvalidOption, "bus.Rows names tables, and nothing says in which database they are.", Remedy: "Call bus.UseRows(\"postgres://…\"), or have the bus itself on PostgreSQL.");
        }

        foreach (var same in _tables.GroupBy(table => table.GetType()).Where(same => same.Count() > 1))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"{string.Join(" and ", same.Select(table => $"'{table.Name}'"))} have the same record as their row.",
                "The changes of a record are one event, with one topic.", "Give each table a record of its own.");
        }
    }
}
