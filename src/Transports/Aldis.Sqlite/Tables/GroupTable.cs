using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>The groups of each topic, and how far events were handed out to each.</summary>
internal sealed class GroupTable : Table
{
    private readonly Statement _find;
    private readonly Statement _insert;
    private readonly Statement _insertPrivate;
    private readonly Statement _delete;
    private readonly Statement _orphans;
    private readonly Statement _cursor;
    private readonly Statement _advance;
    private readonly Statement _floor;
    private readonly Statement _topic;

    public GroupTable(Database database) : base(database)
    {
        _find = Prepare("SELECT id FROM aldis_group WHERE topic = ?1 AND name = ?2");
        // The first group of a topic gets what was published before it came; a later one begins with what comes next. Private ones do not count.
        _insert = Prepare("""
            INSERT INTO aldis_group (topic, name, cursor)
            SELECT ?1, ?2, CASE WHEN EXISTS (SELECT 1 FROM aldis_group WHERE topic = ?1 AND worker IS NULL) THEN last ELSE 0 END
            FROM aldis_topic WHERE id = ?1
            """);
        _insertPrivate = Prepare("INSERT INTO aldis_group (topic, name, cursor, worker) SELECT ?1, ?2, last, ?3 FROM aldis_topic WHERE id = ?1");
        _delete = Prepare("DELETE FROM aldis_group WHERE id = ?1");
        _orphans = Prepare("SELECT topic, id FROM aldis_group WHERE worker IS NOT NULL AND worker NOT IN (SELECT id FROM aldis_worker)");
        _cursor = Prepare("SELECT cursor FROM aldis_group WHERE id = ?1");
        _advance = Prepare("UPDATE aldis_group SET cursor = ?2 WHERE id = ?1");
        _topic = Prepare("SELECT topic, aldis_topic.name FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic WHERE aldis_group.id = ?1");
        _floor = Prepare(FloorOf("?1"));
    }

    /// <summary>Asks for the <see cref="Floor"/> of a topic. While there are only private groups, everything is kept for the first one that is not.</summary>
    public static string FloorOf(string topic) => $"""
        SELECT CASE WHEN max(worker IS NULL) THEN min(coalesce((SELECT min(first) FROM aldis_claim WHERE grp = aldis_group.id), cursor + 1)) END
        FROM aldis_group WHERE topic = {topic}
        """;

    /// <summary>The group's id; from the moment it is made, the group gets every event of the topic.</summary>
    public long Ensure(long topic, GroupName name)
    {
        if (Find(topic, name) is { } id)
        {
            return id;
        }

        _insert.Bind(1, topic).Bind(2, name.Value).Run();
        return Find(topic, name)!.Value;
    }

    /// <summary>The group's id, or null where it is not there.</summary>
    public long? Find(long topic, GroupName name) => _find.Bind(1, topic).Bind(2, name.Value).Scalar();

    /// <summary>Makes a private group and gives its id. It gets every event from now on, until it is deleted.</summary>
    public long InsertPrivate(long topic, GroupName name, long worker)
    {
        _insertPrivate.Bind(1, topic).Bind(2, name.Value).Bind(3, worker).Run();
        return Find(topic, name)!.Value;
    }

    public void Delete(long group) => _delete.Bind(1, group).Run();

    /// <summary>The private groups whose worker is not there any more.</summary>
    public List<(long Topic, long Group)> Orphans()
    {
        var orphans = new List<(long, long)>();
        while (_orphans.Read())
        {
            orphans.Add((_orphans.Int64(0), _orphans.Int64(1)));
        }

        return orphans;
    }

    /// <summary>The number of the newest event that was handed out; null where the group is not there: a private one whose worker was lost.</summary>
    public long? Cursor(long group) => _cursor.Bind(1, group).Scalar();

    /// <summary>The group with its topic.</summary>
    public GroupAddress AddressOf(long group)
    {
        _topic.Bind(1, group).Read();
        var address = new GroupAddress(TopicName.Parse(_topic.Text(1)), _topic.Int64(0), group);
        _topic.Reset();
        return address;
    }

    public void Advance(long group, long cursor) => _advance.Bind(1, group).Bind(2, cursor).Run();

    /// <summary>The lowest number that some group still needs, or will need: everything below it can go.</summary>
    public long Floor(long topic) => _floor.Bind(1, topic).Scalar() ?? 0;
}
