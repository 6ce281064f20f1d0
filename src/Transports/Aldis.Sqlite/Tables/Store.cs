namespace Aldis.Sqlite;

/// <summary>The tables as the writer uses them, each with its prepared statements. Used inside a transaction, on the writer's thread only.</summary>
internal sealed class Store : IDisposable
{
    public Store(Database database, FileClock clock)
    {
        Clock = clock;
        Topics = new(database);
        Groups = new(database);
        Events = new(database);
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

    public void Dispose()
    {
        foreach (var table in new IDisposable[] { Topics, Groups, Events, Claims, Deliveries, Keys, Workers, Inbox, Schedule })
        {
            table.Dispose();
        }
    }
}
