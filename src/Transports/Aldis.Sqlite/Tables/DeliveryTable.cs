using System.Buffers.Binary;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>Events that left the straight path of a group: waiting to be tried again, leased one by one, parked, or dead. Each row has its copy of the event.</summary>
internal sealed class DeliveryTable : Table
{
    private const int KeyColumn = 4 + EnvelopeRow.KeyColumn;

    private readonly Statement _copy;
    private readonly Statement _insert;
    private readonly Statement _missing;
    private readonly Statement _setAside;
    private readonly Statement _due;
    private readonly Statement _suspect;
    private readonly Statement _nextDue;
    private readonly Statement _lease;
    private readonly Statement _done;
    private readonly Statement _retry;
    private readonly Statement _bury;
    private readonly Statement _return;
    private readonly Statement _returnAll;
    private readonly Statement _takeOver;
    private readonly Statement _deleteOf;

    public DeliveryTable(Database database) : base(database)
    {
        // SQLite gives the number of a deleted row to another. A random beginning keeps their fencing tokens apart all the same.
        _copy = Prepare($"""
            INSERT INTO aldis_delivery (grp, state, due, attempts, lost, reason, error, number, place, epoch, {EnvelopeRow.Columns})
            SELECT ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, random() / 2, {EnvelopeRow.ForcedColumns} FROM aldis_event WHERE position = ?1
            """);
        _missing = Prepare($"""
            INSERT INTO aldis_delivery (grp, state, due, attempts, lost, reason, number, place, epoch, id, source, time, body, sum)
            VALUES (?1, 2, ?2, 0, 0, ?3, ?4, ?5, random() / 2, ?6, '', 0, x'', {EnvelopeRow.NoSum})
            """);
        _setAside = Prepare($"""
            UPDATE aldis_delivery SET state = 2, due = ?2, reason = ?3, place = ?4,
                id = CASE WHEN {EnvelopeRow.HasId} THEN id ELSE ?5 END, sum = CASE WHEN {EnvelopeRow.HasId} THEN sum ELSE {EnvelopeRow.NoSum} END WHERE row = ?1
            """);
        _insert = Prepare($"""
            INSERT INTO aldis_delivery (grp, state, due, attempts, lost, reason, error, number, place, epoch, {EnvelopeRow.Columns})
            VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, random() / 2, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """);
        const string select = $"SELECT row, attempts, epoch, number, {EnvelopeRow.Columns} FROM aldis_delivery WHERE grp = ?1 AND state = 0 AND due <= ?2";
        // The plus keeps the planner from looking at the value: it would prepare the statement anew each time another one is bound.
        _due = Prepare($"{select} AND lost = 0 ORDER BY due, number LIMIT +?3");
        _suspect = Prepare($"{select} AND lost > 0 ORDER BY due, number LIMIT +?3");
        _nextDue = Prepare("SELECT min(due) FROM aldis_delivery WHERE grp = ?1 AND state = 0 AND due > ?3 AND (lost = 0 OR ?2)");
        _lease = Prepare("UPDATE aldis_delivery SET state = 1, attempts = attempts + 1, epoch = epoch + 1, worker = ?2 WHERE row = ?1");
        _done = Prepare("DELETE FROM aldis_delivery WHERE row = ?1 AND epoch = ?2 AND state = 1");
        _retry = Prepare("UPDATE aldis_delivery SET state = 0, worker = NULL, lost = 0, due = ?3, error = ?4 WHERE row = ?1 AND epoch = ?2 AND state = 1");
        _bury = Prepare("UPDATE aldis_delivery SET state = ?6, worker = NULL, due = ?3, reason = ?4, error = ?5, place = ?7 WHERE row = ?1 AND epoch = ?2 AND state = 1");
        _return = Prepare("UPDATE aldis_delivery SET state = ?3, worker = NULL, attempts = attempts - 1 WHERE row = ?1 AND epoch = ?2 AND state = 1");
        _returnAll = Prepare("UPDATE aldis_delivery SET state = 0, worker = NULL, attempts = attempts - 1 WHERE worker = ?1 AND state = 1");
        _takeOver = Prepare("UPDATE aldis_delivery SET state = 0, worker = NULL, lost = lost + 1, due = ?2 WHERE worker = ?1 AND state = 1");
        // Each part has its index. What a private group has leased, its own worker has.
        _deleteOf = Prepare("""
            DELETE FROM aldis_delivery WHERE row IN (
                SELECT row FROM aldis_delivery WHERE grp = ?1 AND state = 0
                UNION ALL SELECT row FROM aldis_delivery WHERE grp = ?1 AND state IN (2, 4)
                UNION ALL SELECT row FROM aldis_delivery WHERE grp = ?1 AND key IS NOT NULL AND state <> 2 AND state = 3
                UNION ALL SELECT row FROM aldis_delivery WHERE worker = (SELECT worker FROM aldis_group WHERE id = ?1) AND state = 1 AND grp = ?1)
            """);
    }

    /// <summary>Gives an event a row of its own, waiting until it is due, or until others of its key are through.</summary>
    /// <param name="address">Topic and group.</param>
    /// <param name="number">The event's number in the topic.</param>
    /// <param name="isParked">Whether it waits for others of its key.</param>
    /// <param name="due">When, in file time.</param>
    /// <param name="attempts">How often it was handed out.</param>
    /// <param name="lost">How many leases on it were lost.</param>
    /// <param name="error">The last error.</param>
    public void Wait(GroupAddress address, long number, bool isParked, long due, int attempts, int lost, string? error)
        => Copy(address, number).Bind(3, isParked ? DeliveryState.Parked : DeliveryState.Waiting)
            .Bind(4, due).Bind(5, attempts).Bind(6, lost).BindNull(7).Bind(8, error).BindNull(10).Run();

    /// <summary>Gives an event a row of its own, dead.</summary>
    public void Bury(GroupAddress address, Delivery delivery, DateTimeOffset now, Verdict verdict)
        => Copy(address, delivery.Token).Bind(3, StateOf(verdict, delivery.Envelope.Key))
            .Bind(4, now.UtcTicks).Bind(5, delivery.Attempt).Bind(6, 0).Bind(7, verdict.Reason).Bind(8, verdict.Error).Bind(10, DeadLetter.Here).Run();

    /// <summary>Gives an event of another transport a row, waiting.</summary>
    public void InsertWaiting(GroupAddress address, long number, Envelope envelope, bool isParked, long due, int attempts, string? error)
        => Insert(address, number, envelope, isParked ? DeliveryState.Parked : DeliveryState.Waiting, due, attempts).BindNull(5).Bind(6, error).BindNull(8).Run();

    /// <summary>Gives an event of another transport a row, dead.</summary>
    public void InsertDead(GroupAddress address, long number, Envelope envelope, DateTimeOffset now, int attempts, Verdict verdict)
        => Insert(address, number, envelope, StateOf(verdict, envelope.Key), now.UtcTicks, attempts).Bind(5, verdict.Reason).Bind(6, verdict.Error).Bind(8, DeadLetter.Here).Run();

    /// <summary>
    /// Gives an event that is not what was stored a row of its own, dead, with what there is of it; one that is not there at all, a row that says so. It does not
    /// hold its key, for nobody knows which that was.
    /// </summary>
    public void SetAside(GroupAddress address, DamagedEvent damaged, DateTimeOffset now)
    {
        if (Copy(address, damaged.Number).Bind(3, DeliveryState.Dead).Bind(4, now.UtcTicks).Bind(5, 0).Bind(6, 0).Bind(7, damaged.Reason).BindNull(8).Bind(10, DeadLetter.Here).Run() == 0)
        {
            _missing.Bind(1, address.GroupId).Bind(2, now.UtcTicks).Bind(3, damaged.Reason).Bind(4, damaged.Number).Bind(5, DeadLetter.Here)
                .Bind(6, StandIn(EventTable.Position(address.TopicId, damaged.Number))).Run();
        }
    }

    /// <summary>Takes a row that cannot be read any more out of the way.</summary>
    public void SetAside(long row, string reason, DateTimeOffset now)
        => _setAside.Bind(1, row).Bind(2, now.UtcTicks).Bind(3, reason).Bind(4, DeadLetter.Here).Bind(5, StandIn(row)).Run();

    /// <summary>
    /// The events that are due, to be read with <see cref="KeyAndNumber"/> and <see cref="Row"/>, and to be reset. One whose lease was lost may be what
    /// killed its process; those are asked for apart.
    /// </summary>
    public Statement Due(GroupAddress address, long now, int most, bool suspects)
        => (suspects ? _suspect : _due).Bind(1, address.GroupId).Bind(2, now).Bind(3, most);

    /// <summary>What decides whether an event that is due is taken.</summary>
    public static (string? Key, long Number) KeyAndNumber(Statement due) => (due.TextOrNull(KeyColumn), due.Int64(3));

    /// <summary>An event that is due, as it is when it is leased.</summary>
    public static LeasedRow Row(Statement due, GroupAddress address, bool suspects)
        => new(due.Int64(0), (int)due.Int64(1) + 1, due.Int64(2) + 1, due.Int64(3), suspects, EnvelopeRow.Read(due, 4, address.Topic));

    /// <summary>When the next event is due that is not due yet, in file time; null where none waits.</summary>
    public long? NextDue(long group, bool withSuspects, long now) => _nextDue.Bind(1, group).Bind(2, withSuspects ? 1 : 0).Bind(3, now).Scalar();

    public void Lease(LeasedRow row, long worker) => _lease.Bind(1, row.Row).Bind(2, worker).Run();

    /// <summary>Each of these is false where the lease is lost.</summary>
    public bool Done(LeasedRow row) => _done.Bind(1, row.Row).Bind(2, row.Epoch).Run() == 1;

    public bool Retry(LeasedRow row, long due, string? error) => _retry.Bind(1, row.Row).Bind(2, row.Epoch).Bind(3, due).Bind(4, error).Run() == 1;

    public bool Bury(LeasedRow row, DateTimeOffset now, Verdict verdict)
        => _bury.Bind(1, row.Row).Bind(2, row.Epoch).Bind(3, now.UtcTicks).Bind(4, verdict.Reason).Bind(5, verdict.Error).Bind(6, StateOf(verdict, row.Envelope.Key)).Bind(7, DeadLetter.Here).Run() == 1;

    /// <summary>Gives a row back as if it had not been leased.</summary>
    public bool Return(LeasedRow row, bool isParked)
        => _return.Bind(1, row.Row).Bind(2, row.Epoch).Bind(3, isParked ? DeliveryState.Parked : DeliveryState.Waiting).Run() == 1;

    /// <summary>Gives back all that a worker had leased, as if it had not been.</summary>
    public void ReturnAll(long worker) => _returnAll.Bind(1, worker).Run();

    /// <summary>Frees what a worker that is gone had leased.</summary>
    public void TakeOver(long worker, long now) => _takeOver.Bind(1, worker).Bind(2, now).Run();

    /// <summary>Deletes all that a private group has.</summary>
    public void DeleteOf(long group) => _deleteOf.Bind(1, group).Run();

    private Statement Insert(GroupAddress address, long number, Envelope envelope, int state, long due, int attempts)
        => EnvelopeRow.Bind(_insert.Bind(1, address.GroupId).Bind(2, state).Bind(3, due).Bind(4, attempts).Bind(7, number), 9, envelope);

    private Statement Copy(GroupAddress address, long number)
        => _copy.Bind(1, EventTable.Position(address.TopicId, number)).Bind(2, address.GroupId).Bind(9, number)
            .Bind(11, StandIn(EventTable.Position(address.TopicId, number)));

    /// <summary>The id of an event that has lost its own: each has another one, by which it is found among the dead letters.</summary>
    private static byte[] StandIn(long number)
    {
        var id = new byte[EventId.ByteLength];
        BinaryPrimitives.WriteInt64BigEndian(id.AsSpan(sizeof(long)), number);
        return id;
    }

    private static int StateOf(Verdict verdict, string? key) => verdict.HoldsKey && key is not null ? DeliveryState.DeadHoldingKey : DeliveryState.Dead;
}
