using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>The topics and how far each is numbered. Numbers are given inside the write transaction, so they have no gaps and follow the commits.</summary>
internal sealed class TopicTable : Table
{
    private readonly Statement _insert;
    private readonly Statement _find;
    private readonly Statement _last;
    private readonly Statement _advance;
    private readonly Statement _all;
    private readonly Statement _noteKey;

    public TopicTable(Database database) : base(database)
    {
        _insert = Prepare("INSERT INTO aldis_topic (name) VALUES (?1) ON CONFLICT DO NOTHING");
        _find = Prepare("SELECT id FROM aldis_topic WHERE name = ?1");
        _last = Prepare("SELECT last, keyed FROM aldis_topic WHERE id = ?1");
        _all = Prepare("SELECT id FROM aldis_topic");
        _noteKey = Prepare("UPDATE aldis_topic SET keyed = 1 WHERE id = ?1 AND keyed = 0");
        _advance = Prepare("UPDATE aldis_topic SET last = ?2, keyed = keyed OR ?3 WHERE id = ?1");
    }

    /// <summary>The topic's id; the topic is made where there is none.</summary>
    public long Ensure(TopicName name)
    {
        if (_find.Bind(1, name.Value).Scalar() is { } id)
        {
            return id;
        }

        _insert.Bind(1, name.Value).Run();
        return _find.Bind(1, name.Value).Scalar()!.Value;
    }

    /// <summary>The number of the topic's newest event, and whether it ever had one with a key.</summary>
    public (long Last, bool IsKeyed) Last(long topic)
    {
        if (!_last.Bind(1, topic).Read())
        {
            return default;
        }

        var found = (_last.Int64(0), _last.Int64(1) != 0);
        _last.Reset();
        return found;
    }

    public List<long> All()
    {
        var topics = new List<long>();
        while (_all.Read())
        {
            topics.Add(_all.Int64(0));
        }

        return topics;
    }

    /// <summary>Notes that a group of the topic has an event with a key.</summary>
    public void NoteKey(long topic) => _noteKey.Bind(1, topic).Run();

    public void Advance(long topic, long last, bool isKeyed) => _advance.Bind(1, topic).Bind(2, last).Bind(3, isKeyed ? 1 : 0).Run();
}
