namespace Aldis.Sqlite;

/// <summary>The tables as the writer uses them, each with its prepared statements. Used inside a transaction, on the writer's thread only.</summary>
internal sealed class Store : IDisposable
{
    private readonly Database _database;

    public Store(Database database, FileClock clock, TimeSpan keepDone)
    {
        (_database, Clock) = (database, clock);
        Topics = new(database);
        Groups = new(database);
        Events = new(database, keepDone);
        Claims = new(database);
        Deliveries = new(database);
        Keys = new(database);
        DeadLetters = new(database, Keys);
        Workers = new(database);
        Inbox = new(database);
        Schedule = new(database);
    }

    public FileClock Clock { get; }

    public TopicTable Topics { get; }

    public GroupTable Groups { get; }

    public EventTable Events { get; }

    public ClaimTable Claims { get; }

    public DeliveryTable Deliveries { get; }

    public KeyTable Keys { get; }

    public DeadLetterTable DeadLetters { get; }

    public WorkerTable Workers { get; }

    public InboxTable Inbox { get; }

    public ScheduleTable Schedule { get; }

    /// <summary>Gives free pages back to the file system, from the end of the file.</summary>
    public void Shrink(int pages)
    {
        using var shrink = new Statement(_database, $"PRAGMA incremental_vacuum({pages})");
        while (shrink.Read())
        {
            // Each step to the next row frees a page.
        }
    }

    /// <summary>Leaves the rows on which a job that failed has left statements: they would keep what is read at that moment, and whoever reads an old state cannot write.</summary>
    public void Reset() => Tables().ForEach(table => table.Reset());

    public void Dispose() => Tables().ForEach(table => table.Dispose());

    private List<Table> Tables() => [Topics, Groups, Events, Claims, Deliveries, Keys, Workers, Inbox, Schedule];
}
