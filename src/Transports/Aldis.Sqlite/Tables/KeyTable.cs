using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>
/// The rows of <c>aldis_delivery</c> as the events of a key. While a key has a row there (other than a dead letter that does not hold it), what is
/// published with that key is parked behind it. The first row of a key is never parked, so that there is always one that wakes the others. All
/// questions are answered from the index, however many are parked.
/// </summary>
internal sealed class KeyTable : Table
{
    /// <summary>How many of the parked events of a key come at a time.</summary>
    private const int Part = 64;

    private const string OfKey = "FROM aldis_delivery WHERE grp = ?1 AND key = ?2 AND state <> 2";

    private readonly Statement _anyKey;
    private readonly Statement _any;
    private readonly Statement _id;
    private readonly Statement _firstActive;
    private readonly Statement _before;
    private readonly Statement _leased;
    private readonly Statement _behind;
    private readonly Statement _park;
    private readonly Statement _wake;

    public KeyTable(Database database) : base(database)
    {
        _anyKey = Prepare("SELECT 1 FROM aldis_delivery WHERE grp = ?1 AND key IS NOT NULL AND state <> 2 LIMIT 1");
        _any = Prepare($"SELECT 1 {OfKey} LIMIT 1");
        _id = Prepare($"SELECT 1 {OfKey} AND id = ?3 LIMIT 1");
        _firstActive = Prepare($"""
            SELECT min(ifnull((SELECT min(number) {OfKey} AND state = 0), {long.MaxValue}), ifnull((SELECT min(number) {OfKey} AND state = 1), {long.MaxValue}),
                ifnull((SELECT min(number) {OfKey} AND state = 4), {long.MaxValue}))
            """);
        _before = Prepare($"SELECT row, epoch, state {OfKey} AND state IN (0, 1, 3, 4) AND number < ?3");
        _leased = Prepare($"SELECT row, epoch {OfKey} AND state = 1");
        _behind = Prepare($"SELECT row, lost {OfKey} AND state = 3 AND number < ?3 ORDER BY number LIMIT {Part}");
        _park = Prepare("UPDATE aldis_delivery SET state = 3 WHERE grp = ?1 AND key = ?2 AND state <> 2 AND state = 0 AND number > ?3");
        // One that was parked while it waited for its time waits for it still.
        _wake = Prepare("UPDATE aldis_delivery SET state = 0, due = max(due, ?2) WHERE row = ?1");
    }

    /// <summary>Asks whether a key of a group is blocked, both by their names, on a connection that reads.</summary>
    public static Statement HeldQuery(Database database) => new(database, """
        SELECT 1 FROM aldis_topic JOIN aldis_group ON topic = aldis_topic.id JOIN aldis_delivery ON grp = aldis_group.id AND key = ?3 AND state <> 2
        WHERE aldis_topic.name = ?1 AND aldis_group.name = ?2 LIMIT 1
        """);

    /// <summary>Whether an event of a key has a row.</summary>
    public bool Has(long group, string key, EventId id)
    {
        Span<byte> bytes = stackalloc byte[EventId.ByteLength];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return _id.Bind(1, group).Bind(2, key).Bind(3, bytes).Scalar() == 1;
    }

    /// <summary>Whether any key of a group is blocked.</summary>
    public bool IsAnyBlocked(long group) => _anyKey.Bind(1, group).Scalar() == 1;

    /// <summary>Whether a later event of the key has to be parked.</summary>
    public bool IsBlocked(long group, string key) => _any.Bind(1, group).Bind(2, key).Scalar() == 1;

    /// <summary>Whether an event has one of its key before it.</summary>
    public bool HasBefore(long group, string? key, long number)
    {
        if (key is null || !_before.Bind(1, group).Bind(2, key).Bind(3, number).Read())
        {
            return false;
        }

        _before.Reset();
        return true;
    }

    /// <summary>Whether all events of a key before this one are held by this receiver, or about to be.</summary>
    public bool IsNext(long group, string key, long number, Held held, IReadOnlySet<long>? taken)
    {
        _before.Bind(1, group).Bind(2, key).Bind(3, number);
        while (_before.Read())
        {
            var (row, isLeased) = (_before.Int64(0), _before.Int64(2) == DeliveryState.Leased);
            if (taken?.Contains(row) != true && !(isLeased && held.HasLease(row, _before.Int64(1))))
            {
                _before.Reset();
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether another receiver has a row of the key.</summary>
    public bool IsLeasedElsewhere(long group, string key, Held held)
    {
        _leased.Bind(1, group).Bind(2, key);
        while (_leased.Read())
        {
            if (!held.HasLease(_leased.Int64(0), _leased.Int64(1)))
            {
                _leased.Reset();
                return true;
            }
        }

        return false;
    }

    /// <summary>What comes after this event waits for it.</summary>
    public void Block(long group, string? key, long number)
    {
        if (key is not null)
        {
            _park.Bind(1, group).Bind(2, key).Bind(3, number).Run();
        }
    }

    /// <summary>
    /// An event of the key is through. The parked ones before which nothing is left come, a part at a time. One whose lease was lost comes alone.
    /// </summary>
    /// <returns>Whether any come.</returns>
    public bool Pass(long group, string? key, long now)
    {
        if (key is null)
        {
            return false;
        }

        var next = NextParked(group, key, _firstActive.Bind(1, group).Bind(2, key).Scalar()!.Value);
        foreach (var row in next)
        {
            _wake.Bind(1, row).Bind(2, now).Run();
        }

        return next.Count > 0;
    }

    private List<long> NextParked(long group, string key, long before)
    {
        var next = new List<long>();
        _behind.Bind(1, group).Bind(2, key).Bind(3, before);
        while (_behind.Read())
        {
            var isSuspect = _behind.Int64(1) > 0;
            if (isSuspect && next.Count > 0)
            {
                _behind.Reset();
                break;
            }

            next.Add(_behind.Int64(0));
            if (isSuspect)
            {
                _behind.Reset();
                break;
            }
        }

        return next;
    }
}
