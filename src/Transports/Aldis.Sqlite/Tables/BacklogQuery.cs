using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>How much a group has still to settle. Looks at the group's own rows and at one event, however many wait on its straight path.</summary>
internal static class BacklogQuery
{
    private const string Group = """
        SELECT aldis_group.id, aldis_topic.id, cursor, last FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic
        WHERE aldis_topic.name = ?1 AND aldis_group.name = ?2
        """;

    private const string Claims = "SELECT first, last, settled FROM aldis_claim WHERE grp = ?1";

    /// <summary>Each part has its index: dead letters, of which there may be many, are not looked at.</summary>
    private const string Own = """
        SELECT count(*), min(time) FROM (
            SELECT time FROM aldis_delivery WHERE grp = ?1 AND state = 0
            UNION ALL SELECT time FROM aldis_delivery WHERE worker > 0 AND state = 1 AND grp = ?1
            UNION ALL SELECT time FROM aldis_delivery WHERE grp = ?1 AND key IS NOT NULL AND state <> 2 AND state = 3)
        """;

    /// <summary>The first that is left: numbers are given in the order of publishing.</summary>
    private const string First = "SELECT time FROM aldis_event WHERE position >= ?1 AND position < ?2 ORDER BY position LIMIT 1";

    /// <summary>Reads in one transaction, so that an event on its way from one table to another is seen once.</summary>
    public static Backlog Read(Database database, TopicName topic, GroupName group)
    {
        database.Execute("BEGIN");
        using var find = new Statement(database, Group);
        if (!find.Bind(1, topic.Value).Bind(2, group.Value).Read())
        {
            return default;
        }

        var (id, topicId, cursor, last) = (find.Int64(0), find.Int64(1), find.Int64(2), find.Int64(3));
        find.Reset();
        var (held, first) = Held(database, id, cursor + 1);
        var (own, oldest) = OfOwn(database, id);
        var depth = last - cursor + held + own;
        return new Backlog(depth, Earlier(oldest, depth > own ? TimeOf(database, topicId, first) : null));
    }

    /// <summary>What workers hold and have not settled, and the lowest number that is left of it.</summary>
    private static (long Count, long First) Held(Database database, long group, long first)
    {
        using var claims = new Statement(database, Claims);
        claims.Bind(1, group);
        var count = 0L;
        while (claims.Read())
        {
            var (from, to, settled) = (claims.Int64(0), claims.Int64(1), claims.Bytes(2));
            count += to - from + 1 - SettledBits.Count(settled);
            var left = from;
            while (left <= to && SettledBits.Has(settled, left - from))
            {
                left++;
            }

            first = left <= to ? Math.Min(first, left) : first;
        }

        return (count, first);
    }

    private static (long Count, DateTimeOffset? Oldest) OfOwn(Database database, long group)
    {
        using var own = new Statement(database, Own);
        own.Bind(1, group).Read();
        var found = (own.Int64(0), own.IsNull(1) ? (DateTimeOffset?)null : At(own.Int64(1)));
        own.Reset();
        return found;
    }

    private static DateTimeOffset? TimeOf(Database database, long topic, long number)
    {
        using var first = new Statement(database, First);
        return first.Bind(1, EventTable.Position(topic, number)).Bind(2, EventTable.Position(topic + 1, 0)).Scalar() is { } ticks ? At(ticks) : null;
    }

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
