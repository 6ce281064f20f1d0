using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>The events, each written once, at a position made of its topic and its number in the topic, so that a topic's events lie together.</summary>
internal sealed class EventTable : Table
{
    private const int NumberBits = 40;

    /// <summary>How many are looked at in one step, so that no other write waits long.</summary>
    private const int Step = 1000;

    private readonly Statement _insert;
    private readonly Statement _delete;
    private readonly Statement _keys;

    private readonly Statement _forget;
    private readonly long _keepDone;

    public EventTable(Database database, TimeSpan keepDone) : base(database)
    {
        _keepDone = keepDone.Ticks;
        _forget = Prepare($"""
            DELETE FROM aldis_event WHERE position >= ?1 AND position < ?2 AND position <= (SELECT max(position) FROM (
                SELECT position, time FROM aldis_event WHERE position >= ?1 AND position < ?2 ORDER BY position LIMIT {Step})) AND time < ?3
            """);
        _insert = Prepare($"INSERT INTO aldis_event (position, {EnvelopeRow.Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
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

    /// <summary>Deletes a topic's events below a number, unless what is done is to be kept.</summary>
    public void DeleteBelow(long topic, long number)
    {
        if (_keepDone == 0)
        {
            _delete.Bind(1, Position(topic, 0)).Bind(2, Position(topic, number)).Run();
        }
    }

    /// <summary>Deletes some of a topic's events below a number that have been kept for long enough.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Forget(long topic, long number, DateTimeOffset now)
        => _forget.Bind(1, Position(topic, 0)).Bind(2, Position(topic, number)).Bind(3, now.UtcTicks - _keepDone).Run() == Step;
}
