namespace Aldis.Sqlite;

/// <summary>
/// Takes what a group may handle next: first what is due again, then a range behind the group's cursor. Attempts are raised here, in the
/// transaction. An event whose lease was lost may be what killed its process: of those a receiver holds one at a time, so that the next crash
/// is charged to the culprit and not to its neighbours.
/// </summary>
internal sealed class ClaimJob(GroupAddress address, WorkerSession session, int most, bool mayHoldSuspect) : WriteJob
{
    private readonly List<LeasedRow> _rows = [];
    private long _worker;
    private long _renewedUntil;

    /// <summary>What was leased one by one.</summary>
    public IReadOnlyList<LeasedRow> Rows => _rows;

    /// <summary>The range that was claimed, or null.</summary>
    public RangeClaim? Range { get; private set; }

    /// <summary>Where nothing was there: how long until something is due, or null where nothing waits.</summary>
    public TimeSpan? NextDue { get; private set; }

    /// <summary>Whether others have taken this worker for dead: it has to register anew before it can claim.</summary>
    public bool WorkerLost { get; private set; }

    /// <summary>Whether the group is not there: it was private, and its worker was lost.</summary>
    public bool GroupLost { get; private set; }

    public override void Execute(Store store)
    {
        Reset();
        var now = store.Clock.Now;
        if (store.Groups.Cursor(address.GroupId) is not { } cursor)
        {
            GroupLost = true;
            return;
        }

        FindRows(store, now);
        var last = Math.Min(store.Topics.Last(address.TopicId), cursor + most - _rows.Count);
        if (_rows.Count == 0 && last == cursor)
        {
            NextDue = store.Deliveries.NextDue(address.GroupId, mayHoldSuspect) is { } due ? TimeSpan.FromMilliseconds(Math.Max(1, due - now)) : null;
            return;
        }

        _worker = session.Worker;
        _renewedUntil = session.Renew(store, now);
        WorkerLost = _renewedUntil == 0;
        if (!WorkerLost)
        {
            Take(store, cursor, last);
        }
    }

    protected override void Committed()
    {
        if (_renewedUntil != 0)
        {
            session.Hold(_worker, _renewedUntil);
        }
    }

    private void Reset()
    {
        _rows.Clear();
        Range = null;
        NextDue = null;
        WorkerLost = false;
        GroupLost = false;
        _renewedUntil = 0;
    }

    private void FindRows(Store store, long now)
    {
        if (mayHoldSuspect)
        {
            _rows.AddRange(store.Deliveries.Due(address.GroupId, now, 1, suspects: true, address.Topic));
        }

        if (most > _rows.Count)
        {
            _rows.AddRange(store.Deliveries.Due(address.GroupId, now, most - _rows.Count, suspects: false, address.Topic));
        }
    }

    private void Take(Store store, long cursor, long last)
    {
        foreach (var row in _rows)
        {
            store.Deliveries.Lease(row, _worker);
        }

        if (last > cursor)
        {
            store.Groups.Advance(address.GroupId, last);
            Range = new RangeClaim(store.Claims.Insert(address.GroupId, _worker, cursor + 1, last), cursor + 1, last);
        }
    }
}
