using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>Events that left the straight path of a group: waiting to be tried again, leased one by one, or dead. Each row has its copy of the event.</summary>
internal sealed class DeliveryTable : Table
{
    private const int Waiting = 0;
    private const int Leased = 1;
    private const int Dead = 2;

    private readonly Statement _copy;
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
    private readonly Database _database;

    public DeliveryTable(Database database) : base(database)
    {
        _database = database;
        // SQLite gives the number of a deleted row to another. A random beginning keeps their fencing tokens apart all the same.
        _copy = Prepare($"""
            INSERT INTO aldis_delivery (grp, state, due, attempts, lost, reason, error, epoch, {EnvelopeRow.Columns})
            SELECT ?2, ?3, ?4, ?5, ?6, ?7, ?8, random() / 2, {EnvelopeRow.Columns} FROM aldis_event WHERE position = ?1
            """);
        const string select = $"SELECT row, attempts, epoch, lost, {EnvelopeRow.Columns} FROM aldis_delivery WHERE grp = ?1 AND state = 0 AND due <= ?2";
        // The plus keeps the planner from looking at the value: it would prepare the statement anew each time another one is bound.
        _due = Prepare($"{select} AND lost = 0 ORDER BY due, row LIMIT +?3");
        _suspect = Prepare($"{select} AND lost > 0 ORDER BY due, row LIMIT +?3");
        _nextDue = Prepare("SELECT min(due) FROM aldis_delivery WHERE grp = ?1 AND state = 0 AND (lost = 0 OR ?2)");
        _lease = Prepare("UPDATE aldis_delivery SET state = 1, attempts = attempts + 1, epoch = epoch + 1, worker = ?2 WHERE row = ?1");
        _done = Prepare("DELETE FROM aldis_delivery WHERE row = ?1 AND epoch = ?2 AND state = 1");
        _retry = Prepare("UPDATE aldis_delivery SET state = 0, worker = NULL, lost = 0, due = ?3, error = ?4 WHERE row = ?1 AND epoch = ?2 AND state = 1");
        _bury = Prepare("UPDATE aldis_delivery SET state = 2, worker = NULL, due = ?3, reason = ?4, error = ?5 WHERE row = ?1 AND epoch = ?2 AND state = 1");
        _return = Prepare("UPDATE aldis_delivery SET state = 0, worker = NULL, attempts = attempts - 1 WHERE row = ?1 AND epoch = ?2 AND state = 1");
        _returnAll = Prepare("UPDATE aldis_delivery SET state = 0, worker = NULL, attempts = attempts - 1 WHERE worker = ?1 AND state = 1");
        _takeOver = Prepare("UPDATE aldis_delivery SET state = 0, worker = NULL, lost = lost + 1, due = ?2 WHERE worker = ?1 AND state = 1");
        // Each part has its index. What a private group has leased, its own worker has.
        _deleteOf = Prepare("""
            DELETE FROM aldis_delivery WHERE row IN (
                SELECT row FROM aldis_delivery WHERE grp = ?1 AND state = 0
                UNION ALL SELECT row FROM aldis_delivery WHERE grp = ?1 AND state = 2
                UNION ALL SELECT row FROM aldis_delivery WHERE worker = (SELECT worker FROM aldis_group WHERE id = ?1) AND state = 1 AND grp = ?1)
            """);
    }

    /// <summary>Gives an event a row of its own, waiting until it is due.</summary>
    /// <param name="position">The event.</param>
    /// <param name="group">The group.</param>
    /// <param name="due">When, in file time.</param>
    /// <param name="attempts">How often it was handed out.</param>
    /// <param name="lost">How many leases on it were lost.</param>
    /// <param name="error">The last error.</param>
    public void Wait(long position, long group, long due, int attempts, int lost, string? error)
        => _copy.Bind(1, position).Bind(2, group).Bind(3, Waiting).Bind(4, due).Bind(5, attempts).Bind(6, lost).BindNull(7).Bind(8, error).Run();

    /// <summary>Gives an event a row of its own, dead.</summary>
    public void Bury(long position, long group, DateTimeOffset now, int attempts, string? reason, string? error)
        => _copy.Bind(1, position).Bind(2, group).Bind(3, Dead).Bind(4, now.UtcTicks).Bind(5, attempts).Bind(6, 0).Bind(7, reason).Bind(8, error).Run();

    /// <summary>The events that are due. One whose lease was lost may be what killed its process; those are asked for apart.</summary>
    public List<LeasedRow> Due(long group, long now, int most, bool suspects, TopicName topic)
    {
        var rows = new List<LeasedRow>();
        var query = (suspects ? _suspect : _due).Bind(1, group).Bind(2, now).Bind(3, most);
        while (query.Read())
        {
            rows.Add(new LeasedRow(query.Int64(0), (int)query.Int64(1) + 1, query.Int64(2) + 1, suspects, EnvelopeRow.Read(query, 4, topic)));
        }

        return rows;
    }

    /// <summary>When the next event is due, in file time; null where none waits.</summary>
    public long? NextDue(long group, bool withSuspects) => _nextDue.Bind(1, group).Bind(2, withSuspects ? 1 : 0).Scalar();

    public void Lease(LeasedRow row, long worker) => _lease.Bind(1, row.Row).Bind(2, worker).Run();

    /// <summary>Each of these is false where the lease is lost.</summary>
    public bool Done(LeasedRow row) => _done.Bind(1, row.Row).Bind(2, row.Epoch).Run() == 1;

    public bool Retry(LeasedRow row, long due, string? error) => _retry.Bind(1, row.Row).Bind(2, row.Epoch).Bind(3, due).Bind(4, error).Run() == 1;

    public bool Bury(LeasedRow row, DateTimeOffset now, string? reason, string? error)
        => _bury.Bind(1, row.Row).Bind(2, row.Epoch).Bind(3, now.UtcTicks).Bind(4, reason).Bind(5, error).Run() == 1;

    /// <summary>Gives a row back as if it had not been leased.</summary>
    public void Return(LeasedRow row) => _return.Bind(1, row.Row).Bind(2, row.Epoch).Run();

    /// <summary>Gives back all that a worker had leased, as if it had not been.</summary>
    public void ReturnAll(long worker) => _returnAll.Bind(1, worker).Run();

    /// <summary>Frees what a worker that is gone had leased.</summary>
    public void TakeOver(long worker, long now) => _takeOver.Bind(1, worker).Bind(2, now).Run();

    /// <summary>Deletes all that a private group has.</summary>
    public void DeleteOf(long group) => _deleteOf.Bind(1, group).Run();

    /// <summary>Hands dead letters back: attempts count from 1 again.</summary>
    public int Redrive(DeadLetterFilter filter, long now)
        => RunFiltered("UPDATE aldis_delivery SET state = 0, attempts = 0, lost = 0, reason = NULL, due = ?4", filter, now);

    public int Discard(DeadLetterFilter filter) => RunFiltered("DELETE FROM aldis_delivery", filter, 0);

    private int RunFiltered(string change, DeadLetterFilter filter, long now)
    {
        using var statement = new Statement(_database, $"{change} WHERE {DeadLetterQuery.Where}");
        DeadLetterQuery.Bind(statement, filter);
        return change.Contains("?4", StringComparison.Ordinal) ? statement.Bind(4, now).Run() : statement.Run();
    }
}
