using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>The groups of each topic, and how far events were handed out to each.</summary>
internal sealed class GroupTable : Table
{
    private readonly Statement _find;
    private readonly Statement _insert;
    private readonly Statement _cursor;
    private readonly Statement _advance;
    private readonly Statement _floor;
    private readonly Statement _topic;

    public GroupTable(Database database) : base(database)
    {
        _find = Prepare("SELECT id FROM aldis_group WHERE topic = ?1 AND name = ?2");
        // The first group of a topic gets what was published before it came; a later one begins with what comes next.
        _insert = Prepare("""
            INSERT INTO aldis_group (topic, name, cursor)
            SELECT ?1, ?2, CASE WHEN EXISTS (SELECT 1 FROM aldis_group WHERE topic = ?1) THEN last ELSE 0 END FROM aldis_topic WHERE id = ?1
            """);
        _cursor = Prepare("SELECT cursor FROM aldis_group WHERE id = ?1");
        _advance = Prepare("UPDATE aldis_group SET cursor = ?2 WHERE id = ?1");
        _topic = Prepare("SELECT topic FROM aldis_group WHERE id = ?1");
        _floor = Prepare("""
            SELECT min(coalesce((SELECT min(first) FROM aldis_claim WHERE grp = aldis_group.id), cursor + 1)) FROM aldis_group WHERE topic = ?1
            """);
    }

    /// <summary>The group's id; from the moment it is made, the group gets every event of the topic.</summary>
    public long Ensure(long topic, GroupName name)
    {
        if (_find.Bind(1, topic).Bind(2, name.Value).Scalar() is { } id)
        {
            return id;
        }

        _insert.Bind(1, topic).Bind(2, name.Value).Run();
        return _find.Bind(1, topic).Bind(2, name.Value).Scalar()!.Value;
    }

    /// <summary>The number of the newest event that was handed out.</summary>
    public long Cursor(long group) => _cursor.Bind(1, group).Scalar() ?? 0;

    public long TopicOf(long group) => _topic.Bind(1, group).Scalar() ?? 0;

    public void Advance(long group, long cursor) => _advance.Bind(1, group).Bind(2, cursor).Run();

    /// <summary>The lowest number that some group still needs: everything below it can go.</summary>
    public long Floor(long topic) => _floor.Bind(1, topic).Scalar() ?? 0;
}
