using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>Reads the ledger's tables beside the writer. One lock guards its connection.</summary>
internal sealed class LedgerReader : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Database _database;
    private readonly Statement _contains;
    private readonly Statement _next;
    private readonly Statement _held;

    public LedgerReader(Database database)
    {
        _database = database;
        _contains = InboxTable.Query(database);
        _next = ScheduleTable.NextQuery(database);
        _held = KeyTable.HeldQuery(database);
    }

    /// <summary>Whether a group has handled an event.</summary>
    public bool Contains(GroupName group, EventId id, long now)
    {
        Span<byte> bytes = stackalloc byte[EventId.ByteLength];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        lock (_gate)
        {
            return _contains.Bind(1, group.Value).Bind(2, bytes).Bind(3, now).Scalar() == 1;
        }
    }

    /// <summary>Which of some keys a group has an event of that a later one has to wait for.</summary>
    public HashSet<string> HeldKeys(TopicName topic, GroupName group, IEnumerable<string> keys)
    {
        lock (_gate)
        {
            _held.Bind(1, topic.Value).Bind(2, group.Value);
            return keys.Where(key => _held.Bind(3, key).Scalar() == 1).ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>How long until the next scheduled event is due, or null where none waits.</summary>
    public TimeSpan? NextDue(long now, DateTimeOffset wall)
    {
        lock (_gate)
        {
            return ScheduleTable.Next(_next, now, wall);
        }
    }

    public void Dispose()
    {
        _contains.Dispose();
        _next.Dispose();
        _held.Dispose();
        _database.Dispose();
    }
}
