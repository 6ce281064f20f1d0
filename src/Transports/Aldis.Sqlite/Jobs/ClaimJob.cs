namespace Aldis.Sqlite;

/// <summary>
/// Takes what a group may handle next: first what is due again, then a range behind the group's cursor. Attempts are raised here, in the
/// transaction. An event whose lease was lost may be what killed its process: of those a receiver holds one at a time, so that the next crash
/// is charged to the culprit and not to its neighbours.
/// </summary>
/// <remarks>
/// Where a topic has keys, a range ends before an event whose key another receiver holds, and what has a key that is blocked is parked instead of
/// handed out. So whoever receives gets the events of a key in their order, and nobody gets one while another receiver has an earlier one.
/// </remarks>
internal sealed class ClaimJob(GroupAddress address, WorkerSession session, int most, Held held, KeyGuard guard, TimeProvider time) : WriteJob
{
    /// <summary>How many rows are looked at where those that come first may have to wait for their keys.</summary>
    private const int MostLookedAt = 4096;

    private readonly List<LeasedRow> _rows = [];
    private readonly List<DamagedRow> _damaged = [];
    private HashSet<long>? _taken;
    private Dictionary<string, bool>? _heldElsewhere;
    private long _renewedUntil;

    /// <summary>The topic of the group.</summary>
    public long TopicId => address.TopicId;

    /// <summary>The worker for whom it claims.</summary>
    public long Worker { get; private set; }

    /// <summary>What was leased one by one.</summary>
    public IReadOnlyList<LeasedRow> Rows => _rows;

    /// <summary>What was due and is not what was stored any more: it is a dead letter now.</summary>
    public IEnumerable<(long Number, string Reason)> Damaged => _damaged.Select(row => (row.Number, row.Reason));

    /// <summary>The range that was claimed, or null.</summary>
    public RangeClaim? Range { get; private set; }

    /// <summary>Where nothing was there: how long until something is due, or null where nothing waits.</summary>
    public TimeSpan? NextDue { get; private set; }

    /// <summary>Whether events were parked and there may be more behind them, although none is handed out.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Whether others have taken this worker for dead: it has to register anew before it can claim.</summary>
    public bool WorkerLost { get; private set; }

    /// <summary>Whether the group is not there: it was private, and its worker was lost.</summary>
    public bool GroupLost { get; private set; }

    /// <summary>Whether there is nothing to hand out, and nothing else to do but wait.</summary>
    public bool IsVain => _rows.Count == 0 && Range is null && !HasMore && !WorkerLost && !GroupLost;

    public override bool ConcernsOthers => false;

    public override bool NeedsRoom => true;

    public override void Execute(Store store)
    {
        Reset();
        var now = store.Clock.Now;
        if (store.Groups.Cursor(address.GroupId) is not { } cursor)
        {
            GroupLost = true;
            return;
        }

        var (newest, isKeyed) = store.Topics.Last(address.TopicId);
        var elsewhere = isKeyed ? guard.HeldElsewhere(store, held) : null;
        FindRows(store, now, elsewhere);
        var range = FindRange(store, cursor, Math.Min(newest, cursor + most - _rows.Count), elsewhere);
        if (_rows.Count == 0 && range.Last == cursor)
        {
            NextDue = store.Deliveries.NextDue(address.GroupId, !held.HasSuspect, now) is { } due ? TimeSpan.FromMilliseconds(Math.Max(1, due - now)) : null;
            return;
        }

        _renewedUntil = session.Renew(store, now);
        WorkerLost = _renewedUntil == 0;
        if (!WorkerLost)
        {
            Take(store, cursor, range, now);
        }
    }

    protected override void Committed()
    {
        guard.Keep();
        if (_renewedUntil != 0)
        {
            session.Hold(Worker, _renewedUntil);
        }
    }

    private void Reset()
    {
        _rows.Clear();
        _damaged.Clear();
        _taken = null;
        _heldElsewhere = null;
        guard.Undo();
        Range = null;
        NextDue = null;
        HasMore = false;
        WorkerLost = false;
        GroupLost = false;
        Worker = session.Worker;
        _renewedUntil = 0;
    }

    private void FindRows(Store store, long now, IReadOnlySet<string>? elsewhere)
    {
        if (!held.HasSuspect)
        {
            FindRows(store, now, 1, suspects: true, elsewhere);
        }

        FindRows(store, now, most, suspects: false, elsewhere);
        SetAside(store, now);
    }

    private void FindRows(Store store, long now, int upTo, bool suspects, IReadOnlySet<string>? elsewhere)
    {
        if (_rows.Count >= upTo)
        {
            return;
        }

        var looked = elsewhere is null ? upTo - _rows.Count : Math.Max(upTo, MostLookedAt);
        var due = store.Deliveries.Due(address, now, looked, suspects);
        while (due.Read())
        {
            var (key, number) = elsewhere is null ? default : DeliveryTable.KeyAndNumber(due);
            if (key is null || IsNext(store, key, number, elsewhere!))
            {
                TakeRow(due, suspects);
                if (_rows.Count == upTo)
                {
                    due.Reset();
                    return;
                }
            }
        }
    }

    private void TakeRow(Statement due, bool suspects)
    {
        try
        {
            var row = DeliveryTable.Row(due, address, suspects);
            _rows.Add(row);
            (_taken ??= []).Add(row.Row);
        }
        catch (DamagedEventException error)
        {
            _damaged.Add(new DamagedRow(due.Int64(0), due.Int64(3), DeliveryTable.KeyAndNumber(due).Key, error.Reason));
        }
    }

    /// <summary>What cannot be read must not keep the others waiting: it is a dead letter that says so, and does not hold its key.</summary>
    private void SetAside(Store store, long now)
    {
        foreach (var row in _damaged)
        {
            store.Deliveries.SetAside(row.Row, row.Reason, time.GetUtcNow());
            store.Keys.Pass(address.GroupId, row.Key, now);
        }

        HasMore = _damaged.Count > 0;
    }

    /// <summary>Whether no other event of the key has to come first, and no other receiver has one.</summary>
    private bool IsNext(Store store, string key, long number, IReadOnlySet<string> elsewhere)
        => !IsHeldElsewhere(store, key, elsewhere) && store.Keys.IsNext(address.GroupId, key, number, held, _taken);

    private bool IsHeldElsewhere(Store store, string key, IReadOnlySet<string> elsewhere)
    {
        _heldElsewhere ??= new(StringComparer.Ordinal);
        if (!_heldElsewhere.TryGetValue(key, out var isHeld))
        {
            isHeld = elsewhere.Contains(key) || store.Keys.IsLeasedElsewhere(address.GroupId, key, held);
            _heldElsewhere.Add(key, isHeld);
        }

        return isHeld;
    }

    /// <summary>How far the next range goes, and which of its events are to be parked.</summary>
    private (long Last, List<long>? Parked) FindRange(Store store, long cursor, long last, IReadOnlySet<string>? elsewhere)
    {
        var isAnyBlocked = elsewhere is not null && store.Keys.IsAnyBlocked(address.GroupId);
        if (elsewhere is null || last <= cursor || (elsewhere.Count == 0 && !isAnyBlocked))
        {
            return (Math.Max(cursor, last), null);
        }

        var parked = new List<long>();
        var blocked = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (number, key) in store.Events.Keys(address.TopicId, cursor + 1, last))
        {
            if (!blocked.TryGetValue(key, out var isBlocked))
            {
                blocked.Add(key, isBlocked = isAnyBlocked && store.Keys.IsBlocked(address.GroupId, key));
            }

            if (isBlocked)
            {
                parked.Add(number);
            }
            else if (elsewhere.Contains(key))
            {
                return (number - 1, parked);
            }
        }

        return (last, parked);
    }

    private void Take(Store store, long cursor, (long Last, List<long>? Parked) range, long now)
    {
        foreach (var row in _rows)
        {
            store.Deliveries.Lease(row, Worker);
        }

        if (range.Last == cursor)
        {
            return;
        }

        store.Groups.Advance(address.GroupId, range.Last);
        var settled = new byte[SettledBits.Length(cursor + 1, range.Last)];
        foreach (var number in range.Parked ?? [])
        {
            store.Deliveries.Wait(address, number, isParked: true, now, attempts: 0, lost: 0, error: null);
            SettledBits.Set(settled, number - cursor - 1);
        }

        if (range.Parked?.Count == range.Last - cursor)
        {
            HasMore = true;
            store.Events.DeleteBelow(address.TopicId, store.Groups.Floor(address.TopicId));
        }
        else
        {
            Range = new RangeClaim(store.Claims.Insert(address.GroupId, Worker, cursor + 1, range.Last, settled), cursor + 1, range.Last, settled);
        }
    }

    private sealed record DamagedRow(long Row, long Number, string? Key, string Reason);
}
