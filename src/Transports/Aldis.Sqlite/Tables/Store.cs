namespace Aldis.Sqlite;

/// <summary>The tables as the writer uses them, each with its prepared statements. Used inside a transaction, on the writer's thread only.</summary>
internal sealed class Store(Database database, FileClock clock) : IDisposable
{
    public FileClock Clock { get; } = clock;

    public TopicTable Topics { get; } = new(database);

    public GroupTable Groups { get; } = new(database);

    public EventTable Events { get; } = new(database);

    public ClaimTable Claims { get; } = new(database);

    public DeliveryTable Deliveries { get; } = new(database);

    public WorkerTable Workers { get; } = new(database);

    public void Dispose()
    {
        foreach (var table in new IDisposable[] { Topics, Groups, Events, Claims, Deliveries, Workers })
        {
            table.Dispose();
        }
    }
}
