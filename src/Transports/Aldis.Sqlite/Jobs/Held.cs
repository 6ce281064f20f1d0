using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>
/// What a receiver holds, as far as it knows: others may have taken some of it over, which the tokens tell. Changed by the receiver, asked on the
/// writer's thread.
/// </summary>
internal sealed class Held
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, RangeClaim> _claims = [];
    private readonly Dictionary<(long Row, long Epoch), LeasedRow> _rows = [];

    /// <summary>Whether one of the rows may be what killed another process.</summary>
    public bool HasSuspect
    {
        get
        {
            lock (_gate)
            {
                return _rows.Count > 0 && _rows.Values.Any(row => row.Suspect);
            }
        }
    }

    public bool HasClaim(long token)
    {
        lock (_gate)
        {
            return _claims.ContainsKey(token);
        }
    }

    /// <summary>Whether the lease on a row is this receiver's.</summary>
    public bool HasLease(long row, long epoch)
    {
        lock (_gate)
        {
            return _rows.ContainsKey((row, epoch));
        }
    }

    public void Add(IReadOnlyList<LeasedRow> rows, RangeClaim? range)
    {
        lock (_gate)
        {
            foreach (var row in rows)
            {
                _rows.Add((row.Row, row.Epoch), row);
            }

            if (range is not null)
            {
                _claims.Add(range.Token, range);
            }
        }
    }

    public void Remove(IReadOnlyList<LeasedRow> rows, RangeClaim range)
    {
        lock (_gate)
        {
            foreach (var row in rows)
            {
                _rows.Remove((row.Row, row.Epoch));
            }

            _claims.Remove(range.Token);
        }
    }

    /// <summary>Forgets what is settled, and what turned out to be lost.</summary>
    /// <returns>Whether a suspect was among them, so that the receiver may now take another.</returns>
    public bool Forget(ReadOnlySpan<Settlement> batch, IReadOnlyList<Settlement> refused)
    {
        var suspect = false;
        lock (_gate)
        {
            foreach (var settlement in batch)
            {
                switch (settlement.Delivery.Lease)
                {
                    case LeasedRow row:
                        suspect |= _rows.Remove((row.Row, row.Epoch)) && row.Suspect;
                        break;
                    case RangeClaim claim when claim.IsThrough(claim.Settled):
                        _claims.Remove(claim.Token);
                        break;
                }
            }

            foreach (var settlement in refused)
            {
                if (settlement.Delivery.Lease is RangeClaim lost)
                {
                    _claims.Remove(lost.Token);
                }
            }
        }

        return suspect;
    }

    public (RangeClaim[] Claims, LeasedRow[] Rows) All()
    {
        lock (_gate)
        {
            return ([.. _claims.Values], [.. _rows.Values]);
        }
    }
}
