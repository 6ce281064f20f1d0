using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>What groups have handled.</summary>
internal sealed class InboxTable : Table
{
    /// <summary>How many are forgotten in one step, so that no other write waits long.</summary>
    private const int Step = 1000;

    private readonly Statement _insert;
    private readonly Statement _forget;

    public InboxTable(Database database) : base(database)
    {
        _insert = Prepare("INSERT INTO aldis_inbox (grp, id, until) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)");
        _forget = Prepare($"DELETE FROM aldis_inbox WHERE (grp, id) IN (SELECT grp, id FROM aldis_inbox WHERE until <= ?1 LIMIT {Step})");
    }

    /// <summary>Asks, on a connection that reads.</summary>
    public static Statement Query(Database database) => new(database, "SELECT 1 FROM aldis_inbox WHERE grp = ?1 AND id = ?2 AND until > ?3");

    public void Remember(GroupName group, EventId id, TimeSpan keep, long now)
    {
        Span<byte> bytes = stackalloc byte[EventId.ByteLength];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        _insert.Bind(1, group.Value).Bind(2, bytes).Bind(3, now + (long)keep.TotalMilliseconds).Run();
    }

    /// <summary>Forgets some of what may be forgotten.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Forget(long now) => _forget.Bind(1, now).Run() == Step;
}
