using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>The events, each written once, at a position made of its topic and its number in the topic, so that a topic's events lie together.</summary>
internal sealed class EventTable : Table
{
    private const int NumberBits = 40;

    private readonly Statement _insert;
    private readonly Statement _delete;
    private readonly Statement _keys;

    public EventTable(Database database) : base(database)
    {
        _insert = Prepare($"INSERT INTO aldis_event (position, {EnvelopeRow.Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        _keys = Prepare("SELECT position, key FROM aldis_event WHERE position BETWEEN ?1 AND ?2 AND key IS NOT NULL ORDER BY position");
        _delete = Prepare("DELETE FROM aldis_event WHERE position >= ?1 AND position < ?2");
    }

    public static long Position(long topic, long number) => (topic << NumberBits) | number;

    public static long Number(long position) => position & ((1L << NumberBits) - 1);

    public void Insert(long topic, long number, Envelope envelope) => EnvelopeRow.Bind(_insert.Bind(1, Position(topic, number)), 2, envelope).Run();

    /// <summary>The events of a range that have a key, in order.</summary>
    public List<(long Number, string Key)> Keys(long topic, long first, long last)
    {
        var keys = new List<(long, string)>();
        _keys.Bind(1, Position(topic, first)).Bind(2, Position(topic, last));
        while (_keys.Read())
        {
            keys.Add((Number(_keys.Int64(0)), _keys.Text(1)));
        }

        return keys;
    }

    /// <summary>Deletes a topic's events below a number.</summary>
    public void DeleteBelow(long topic, long number) => _delete.Bind(1, Position(topic, 0)).Bind(2, Position(topic, number)).Run();
}
