using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>What groups have handled.</summary>
internal sealed class InboxTable : Table
{
    /// <summary>How many are forgotten in one step, so that no other write waits long.</summary>
    private const int Step = 1000;

    private readonly Statement _insert;
    private readonly Statement _enter;
    private readonly Statement _forget;

    public InboxTable(Database database) : base(database)
    {
        _insert = Prepare("INSERT INTO aldis_inbox (grp, id, until) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)");
        _enter = Prepare("INSERT INTO aldis_inbox (grp, id, until) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET until = excluded.until WHERE until <= ?4");
        _forget = Prepare($"DELETE FROM aldis_inbox WHERE (grp, id) IN (SELECT grp, id FROM aldis_inbox WHERE until <= ?1 LIMIT {Step})");
    }

    /// <summary>Asks, on a connection that reads.</summary>
    public static Statement Query(Database database) => new(database, "SELECT 1 FROM aldis_inbox WHERE grp = ?1 AND id = ?2 AND until > ?3");

    public void Remember(GroupName group, EventId id, TimeSpan keep, long now) => Bind(_insert, group, id, keep, now).Run();

    /// <summary>Notes an event, unless it is noted already and not to be forgotten yet.</summary>
    /// <returns>Whether it was not.</returns>
    public bool TryEnter(GroupName group, EventId id, TimeSpan keep, long now) => Bind(_enter, group, id, keep, now).Bind(4, now).Run() == 1;

    /// <summary>Forgets some of what may be forgotten.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Forget(long now) => _forget.Bind(1, now).Run() == Step;

    private static Statement Bind(Statement statement, GroupName group, EventId id, TimeSpan keep, long now)
    {
        Span<byte> bytes = stackalloc byte[EventId.ByteLength];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return statement.Bind(1, group.Value).Bind(2, bytes).Bind(3, now + (long)keep.TotalMilliseconds);
    }
}
