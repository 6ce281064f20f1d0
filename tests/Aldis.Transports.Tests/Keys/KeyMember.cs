namespace Aldis.Transports.Tests.Keys;

/// <summary>A receiver of a group as a pump drives it: of each key the first event comes to its verdict first, and what waits behind one that blocks goes back.</summary>
internal sealed class KeyMember(ITransport transport, IReceiver receiver, KeyOracle oracle, int group)
{
    private readonly List<Delivery> _held = [];
    private readonly List<Delivery> _owed = [];

    public ITransport Transport => transport;

    public IReceiver Receiver => receiver;

    public KeyOracle Oracle => oracle;

    /// <summary>Which of the groups it belongs to.</summary>
    public int Group => group;

    public bool HoldsAny => _held.Count + _owed.Count > 0;

    public void Take(IEnumerable<Delivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            oracle.Delivered(delivery, receiver);
            _held.Add(delivery);
        }
    }

    /// <summary>The next settlement in the order of a pump.</summary>
    /// <param name="random">Chooses among those that may be next.</param>
    /// <param name="judge">Gives the verdict on an event that is handled.</param>
    public Settlement Next(Random random, Func<Verdict> judge)
    {
        if (_owed.Count > 0 && (_held.Count == 0 || random.Next(2) == 0))
        {
            return PayBack(_owed[0]);
        }

        var key = _held[random.Next(_held.Count)].Envelope.Key;
        var head = _held.First(one => one.Envelope.Key == key);
        if (key is null)
        {
            head = _held[random.Next(_held.Count)] is { Envelope.Key: null } any ? any : head;
        }
        else if (_owed.FindIndex(one => one.Envelope.Key == key) is >= 0 and var owed)
        {
            // A pump sends its settlements in order, so what is to go back has gone before the key comes to another verdict.
            return PayBack(_owed[owed]);
        }

        var verdict = judge();
        _held.Remove(head);
        if (key is not null && (verdict.Kind is VerdictKind.Retry or VerdictKind.Return || verdict.HoldsKey))
        {
            _owed.AddRange(_held.Where(one => one.Envelope.Key == key));
            _held.RemoveAll(one => one.Envelope.Key == key);
        }

        return new Settlement(head, verdict, []);
    }

    /// <summary>Settles, and tells the oracle.</summary>
    public async Task SettleAsync(Settlement[] batch)
    {
        var refused = await receiver.SettleAsync(batch, CancellationToken.None);
        foreach (var settlement in batch)
        {
            oracle.Settled(settlement, receiver, refused.Any(one => one.Delivery.Token == settlement.Delivery.Token && one.Delivery.Lease == settlement.Delivery.Lease));
        }
    }

    public async Task DisposeAsync()
    {
        await receiver.DisposeAsync();
        oracle.Left(receiver, isCounted: false);
    }

    private Settlement PayBack(Delivery delivery)
    {
        _owed.Remove(delivery);
        return new Settlement(delivery, Verdict.Return, []);
    }
}
