using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>The events, each written once, at a position made of its topic and its number in the topic, so that a topic's events lie together.</summary>
internal sealed class EventTable : Table
{
    private const int NumberBits = 40;

    /// <summary>How many are deleted in one step, so that no other write waits long and a step finds room in the log.</summary>
    private const int Step = 1000;

    private readonly Statement _insert;
    private readonly Statement _delete;
    private readonly Statement _keys;
    private readonly Statement _stepEnd;
    private readonly Statement _forget;
    private readonly long _keepDone;

    public EventTable(Database database, TimeSpan keepDone) : base(database)
    {
        _keepDone = keepDone.Ticks;
        _stepEnd = Prepare($"""
            SELECT position, time FROM (SELECT position, time FROM aldis_event WHERE position >= ?1 AND position < ?2 ORDER BY position LIMIT {Step}) ORDER BY position DESC LIMIT 1
            """);
        _forget = Prepare("DELETE FROM aldis_event WHERE position BETWEEN ?1 AND ?2 AND time < ?3");
        _insert = Prepare($"INSERT INTO aldis_event (position, {EnvelopeRow.Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
        _keys = Prepare("SELECT position, key FROM aldis_event WHERE position BETWEEN ?1 AND ?2 AND key IS NOT NULL ORDER BY position");
        _delete = Prepare($"DELETE FROM aldis_event WHERE position >= ?1 AND position < min(?2, (SELECT min(position) FROM aldis_event WHERE position >= ?1) + {Step})");
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

    /// <summary>The topics of which some events are done, on a connection that reads.</summary>
    public static Statement DoneQuery(Database database) => new(database, $"""
        SELECT id FROM aldis_topic
        WHERE (SELECT min(position) FROM aldis_event WHERE position >= aldis_topic.id << {NumberBits}) < (aldis_topic.id << {NumberBits} | ({GroupTable.FloorOf("aldis_topic.id")}))
        """);

    /// <summary>Deletes the first of a topic's events below a number, unless what is done is to be kept. What is more than a step, the sweep deletes.</summary>
    public void DeleteBelow(long topic, long number)
    {
        if (_keepDone == 0)
        {
            _delete.Bind(1, Position(topic, 0)).Bind(2, Position(topic, number)).Run();
        }
    }

    /// <summary>Deletes some of a topic's events below a number that have been kept for long enough.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="from">The position to begin at; 0 for the topic's first.</param>
    /// <param name="number">The number.</param>
    /// <param name="now">The time by which the events are measured.</param>
    /// <returns>Where to go on, or null where none comes that is old enough. The times rise as the numbers do, but for those of a clock that goes ahead.</returns>
    public long? Forget(long topic, long from, long number, DateTimeOffset now)
    {
        var first = Math.Max(from, Position(topic, 0));
        if (!_stepEnd.Bind(1, first).Bind(2, Position(topic, number)).Read())
        {
            return null;
        }

        var (last, isAhead) = (_stepEnd.Int64(0), _stepEnd.Int64(1) > now.UtcTicks);
        _stepEnd.Reset();
        var isAny = _forget.Bind(1, first).Bind(2, last).Bind(3, _keepDone == 0 ? long.MaxValue : now.UtcTicks - _keepDone).Run() > 0;
        return isAny || isAhead ? last + 1 : null;
    }
}
