using Aldis.Events;
using Aldis.Transports;

namespace Aldis.PostgreSql;

/// <summary>
/// A batch of settlements as the arrays of one call. An event of a range that is done, and nothing more, is a bit of its claim; whatever else happens has a place of its own.
/// </summary>
internal sealed class Settling
{
    private readonly Dictionary<RangeLease, (int Index, char[] Bits)> _claims = [];
    private readonly List<(Settlement Settlement, int Claim)> _special = [];
    private readonly List<Settlement> _twice = [];
    private readonly ReadOnlyMemory<Settlement> _batch;

    public Settling(ReadOnlyMemory<Settlement> batch)
    {
        _batch = batch;
        var rows = new HashSet<(long Row, long Token)>();
        foreach (var settlement in batch.Span)
        {
            var isKnown = settlement.Delivery.Lease switch
            {
                RangeLease range => !Mark(range, settlement.Delivery.Token),
                RowLease row => !rows.Add((row.Row, settlement.Delivery.Token)),
                _ => true,
            };
            Add(settlement, isKnown);
        }
    }

    /// <summary>Whether others wait for events that are tried again, or for keys.</summary>
    public bool HasKeys { get; private set; }

    /// <summary>Whether what may have killed another process is settled, so that the receiver may take another of the kind.</summary>
    public bool HasSuspects { get; private set; }

    /// <summary>The topics on which something is published.</summary>
    public IEnumerable<TopicName> Topics => _special.SelectMany(one => one.Settlement.Published).Select(envelope => envelope.Topic).Distinct();

    /// <summary>The call.</summary>
    /// <param name="texts">The statements.</param>
    /// <param name="group">The group.</param>
    /// <param name="now">The wall clock, for what died.</param>
    /// <param name="topicOf">The number of each topic of <see cref="Topics"/>.</param>
    public Call ToCall(Texts texts, int group, DateTimeOffset now, Func<TopicName, int> topicOf)
    {
        var claims = _claims.OrderBy(claim => claim.Value.Index).ToArray();
        var call = new Call(texts.Settle).With(group)
            .With([.. claims.Select(claim => claim.Key.Last)]).With([.. claims.Select(claim => claim.Key.Token)]).With(claims.Select(claim => (string?)new string(claim.Value.Bits)).ToArray());
        return AddPublished(AddSpecial(call, now), topicOf);
    }

    /// <summary>What was refused, given what the database says.</summary>
    public IReadOnlyList<Settlement> Refused(string[] claims, int[] special)
    {
        if (_twice.Count == 0 && special.Length == 0 && Array.TrueForAll(claims, bits => !bits.Contains('1', StringComparison.Ordinal)))
        {
            return [];
        }

        var refused = new List<Settlement>(_twice);
        var rows = special.Select(place => _special[place - 1].Settlement).Where(one => one.Delivery.Lease is RowLease);
        refused.AddRange(rows);
        var seen = new HashSet<(RangeLease, long)>();
        foreach (var settlement in _batch.Span)
        {
            if (settlement.Delivery.Lease is RangeLease range && claims[_claims[range].Index][(int)(settlement.Delivery.Token - range.First)] == '1'
                && seen.Add((range, settlement.Delivery.Token)))
            {
                refused.Add(settlement);
            }
        }

        return refused;
    }

    /// <summary>Marks an event as settled by this batch.</summary>
    /// <returns>False where it is already.</returns>
    private bool Mark(RangeLease range, long number)
    {
        if (!_claims.TryGetValue(range, out var claim))
        {
            claim = (_claims.Count, new char[range.Length]);
            claim.Bits.AsSpan().Fill('0');
            _claims.Add(range, claim);
        }

        ref var bit = ref claim.Bits[number - range.First];
        var isNew = bit == '0';
        bit = '1';
        return isNew;
    }

    private void Add(Settlement settlement, bool isKnown)
    {
        if (isKnown)
        {
            _twice.Add(settlement);
            return;
        }

        HasKeys |= settlement.Delivery.Envelope.Key is not null;
        HasSuspects |= settlement.Delivery.Lease is RowLease { IsSuspect: true };
        if (settlement.Delivery.Lease is RowLease || settlement.Verdict.Kind != VerdictKind.Done || settlement.Published.Count > 0
            || settlement.Scheduled is { Count: > 0 } || settlement.Remember is not null)
        {
            _special.Add((settlement, settlement.Delivery.Lease is RangeLease range ? _claims[range].Index + 1 : 0));
        }
    }

    private Call AddSpecial(Call call, DateTimeOffset now)
    {
        T[] Each<T>(Func<Settlement, T> value) => _special.ConvertAll(one => value(one.Settlement)).ToArray();
        return call.With(_special.ConvertAll(one => one.Claim).ToArray())
            .With(Each(one => one.Delivery.Token)).With(Each(one => (one.Delivery.Lease as RowLease)?.Row)).With(Each(one => one.Delivery.Token))
            .With(Each(one => (int)one.Verdict.Kind)).With(Each(one => one.Verdict.After.TotalMilliseconds)).With(Each(one => one.Delivery.Attempt))
            .With(Each(one => EnvelopeText.Storable(one.Verdict.Reason))).With(Each(one => EnvelopeText.Storable(one.Verdict.Error))).With(Each(one => one.Verdict.HoldsKey))
            .With(Each(one => one.Delivery.Envelope.Id.Value)).With(Each(one => one.Remember?.TotalMilliseconds)).With(now.UtcTicks).With(DeadLetter.Here);
    }

    private Call AddPublished(Call call, Func<TopicName, int> topicOf)
    {
        var (owners, topics, published) = (new List<int>(), new List<int>(), new EnvelopeColumns());
        var (laterOwners, later) = (new List<int>(), new ScheduleColumns());
        for (var place = 0; place < _special.Count; place++)
        {
            foreach (var envelope in _special[place].Settlement.Published)
            {
                owners.Add(place + 1);
                topics.Add(topicOf(envelope.Topic));
                published.Add(envelope);
            }

            foreach (var one in _special[place].Settlement.Scheduled ?? [])
            {
                laterOwners.Add(place + 1);
                later.Add(one);
            }
        }

        published.To(call.With(owners.ToArray()).With(topics.ToArray()));
        return later.To(call.With(laterOwners.ToArray()));
    }
}
