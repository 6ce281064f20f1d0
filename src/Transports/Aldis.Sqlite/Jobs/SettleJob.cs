using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>
/// Settles deliveries, each together with what its handler published. A lease that is gone is known by its token: then nothing of that
/// settlement happens.
/// </summary>
internal sealed class SettleJob(ReadOnlyMemory<Settlement> batch, GroupAddress address, GroupName group, TimeProvider time, Pulses pulses) : WriteJob
{
    private readonly Dictionary<RangeClaim, byte[]?> _claims = [];
    private readonly List<Settlement> _refused = [];
    private Appender? _appender;
    private bool _again;
    private bool _isKeyed;

    /// <summary>What was refused.</summary>
    public IReadOnlyList<Settlement> Refused => _refused;

    /// <summary>Others wait for events that are new or are tried again, and for keys.</summary>
    public override bool ConcernsOthers => _again || _isKeyed || Topics.Any();

    public override IEnumerable<long> Topics => _appender!.Topics;

    public override int Events => batch.Length;

    public override void Execute(Store store)
    {
        _claims.Clear();
        _refused.Clear();
        (_again, _isKeyed) = (false, false);
        _appender = new Appender(store);
        MarkClaims(store);
        foreach (var settlement in batch.Span)
        {
            _isKeyed |= settlement.Delivery.Envelope.Key is not null;
            if (Settle(store, settlement))
            {
                Publish(settlement);
                Note(store, settlement);
            }
            else
            {
                _refused.Add(settlement);
            }
        }

        _appender.Finish();
        DeleteDone(store);
    }

    protected override void Committed()
    {
        foreach (var (claim, settled) in _claims)
        {
            claim.Settled = settled ?? claim.Settled;
        }

        pulses.Beat(Topics);
        if (_again)
        {
            pulses.Beat([address.TopicId]);
        }
    }

    /// <summary>Notes all that the batch settles of each claim in one write; a claim that is gone is noted as null.</summary>
    private void MarkClaims(Store store)
    {
        foreach (var settlement in batch.Span)
        {
            if (settlement.Delivery.Lease is RangeClaim claim)
            {
                if (!_claims.TryGetValue(claim, out var settled))
                {
                    _claims.Add(claim, settled = [.. claim.Settled]);
                }

                SettledBits.Set(settled, settlement.Delivery.Token - claim.First);
            }
        }

        foreach (var (claim, settled) in _claims.ToArray())
        {
            var held = claim.IsThrough(settled) ? store.Claims.Delete(claim.Token) : store.Claims.Update(claim.Token, settled);
            _claims[claim] = held ? settled : null;
        }
    }

    private bool Settle(Store store, Settlement settlement) => settlement.Delivery.Lease switch
    {
        RangeClaim claim => _claims[claim] is not null && !SettledBits.Has(claim.Settled, settlement.Delivery.Token - claim.First)
            && LeaveRange(store, settlement),
        LeasedRow row => ConcludeRow(store, row, settlement.Verdict),
        _ => false,
    };

    private bool LeaveRange(Store store, Settlement settlement)
    {
        var (delivery, verdict) = (settlement.Delivery, settlement.Verdict);
        var (number, key) = (delivery.Token, delivery.Envelope.Key);
        switch (verdict.Kind)
        {
            case VerdictKind.Retry:
                store.Deliveries.Wait(address, number, isParked: false, Due(store, verdict), delivery.Attempt, lost: 0, verdict.Error);
                store.Keys.Block(address.GroupId, key, number);
                _again = true;
                break;
            case VerdictKind.Return:
                var isBehind = store.Keys.HasBefore(address.GroupId, key, number);
                store.Deliveries.Wait(address, number, isBehind, store.Clock.Now, delivery.Attempt - 1, lost: 0, error: null);
                _again = true;
                break;
            case VerdictKind.Dead:
                store.Deliveries.Bury(address, delivery, time.GetUtcNow(), verdict);
                if (verdict.HoldsKey)
                {
                    store.Keys.Block(address.GroupId, key, number);
                }

                break;
        }

        return true;
    }

    private bool ConcludeRow(Store store, LeasedRow row, Verdict verdict)
    {
        var held = verdict.Kind switch
        {
            VerdictKind.Retry => store.Deliveries.Retry(row, Due(store, verdict), verdict.Error),
            VerdictKind.Return => store.Deliveries.Return(row, store.Keys.HasBefore(address.GroupId, row.Envelope.Key, row.Number)),
            VerdictKind.Dead => store.Deliveries.Bury(row, time.GetUtcNow(), verdict),
            _ => store.Deliveries.Done(row),
        };
        if (held)
        {
            MindKey(store, row, verdict);
        }

        return held;
    }

    /// <summary>What comes after it in its key waits for it, or may come now. The receivers have to look, or to wait for its next time.</summary>
    private void MindKey(Store store, LeasedRow row, Verdict verdict)
    {
        if (verdict.Kind is VerdictKind.Retry || verdict.HoldsKey)
        {
            store.Keys.Block(address.GroupId, row.Envelope.Key, row.Number);
        }

        _again |= verdict.Kind is VerdictKind.Retry or VerdictKind.Return
            || (!verdict.HoldsKey && store.Keys.Pass(address.GroupId, row.Envelope.Key, store.Clock.Now));
    }

    private void Publish(Settlement settlement)
    {
        foreach (var envelope in settlement.Published)
        {
            _appender!.Append(envelope);
        }
    }

    private void Note(Store store, Settlement settlement)
    {
        foreach (var later in settlement.Scheduled ?? [])
        {
            store.Schedule.Insert(later, store.Clock.Now);
        }

        if (settlement.Remember is { } keep)
        {
            store.Inbox.Remember(group, settlement.Delivery.Envelope.Id, keep, store.Clock.Now);
        }
    }

    /// <summary>Once a claim is through, its events may be the ones that everybody has seen.</summary>
    private void DeleteDone(Store store)
    {
        if (_claims.Any(claim => claim.Value is not null && claim.Key.IsThrough(claim.Value)))
        {
            store.Events.DeleteBelow(address.TopicId, store.Groups.Floor(address.TopicId));
        }
    }

    private static long Due(Store store, Verdict verdict) => store.Clock.Now + (long)verdict.After.TotalMilliseconds;
}
