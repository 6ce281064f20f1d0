using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>
/// Order by key inside one pump. Deliveries with a key are taken in the order in which they were received; while one of a key is being handled, the
/// later ones of that key wait behind it, and other keys go on. When a verdict makes the later ones wait (a retry, a dead letter that holds its
/// key), those that this pump holds already are returned to the transport, which hands them out again when it is their turn.
/// </summary>
/// <remarks>
/// The transport hands out an event to whoever holds the earlier ones of its key, and does not know which of them are on their way back. So while an event
/// goes back, and from a receive that was under way when it arrived there, every later one of its key is returned as well. An event that comes again
/// has arrived there before: nothing that went back later keeps it from being handled, and so each key gets on.
/// </remarks>
internal sealed class Lanes
{
    /// <summary>Stands for a receive, where a delivery has waited in its lane: its turn is certain.</summary>
    private const long Accepted = 0;

    private readonly Lock _gate = new();
    private readonly LinkedList<(Delivery Delivery, long Receive)> _ready = [];
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly Queue<LaneReturn> _stored = [];
    private readonly Queue<(Settlement Settlement, LaneReturn Back)> _back = [];
    private bool _isSending;
    private long _receive;
    private int _waiting;

    /// <summary>How many keys have a lane.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _lanes.Count;
            }
        }
    }

    /// <summary>How many deliveries wait behind one of their key.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting;
            }
        }
    }

    /// <summary>A receive begins: what is added from now on, it brings.</summary>
    public void BeginReceive()
    {
        lock (_gate)
        {
            _receive++;
            ForgetStored();
        }
    }

    /// <summary>Adds a delivery with a key. One call of <see cref="Take"/> belongs to it.</summary>
    public void Add(Delivery delivery)
    {
        lock (_gate)
        {
            _ready.AddLast((delivery, _receive));
        }
    }

    /// <summary>Takes the next delivery and says what is to be done with it.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="lane">Its lane.</param>
    public LaneTurn Take(out Delivery delivery, out Lane lane)
    {
        lock (_gate)
        {
            (delivery, var receive) = _ready.First!.Value;
            _ready.RemoveFirst();
            if (!_lanes.TryGetValue(delivery.Envelope.Key!, out lane!))
            {
                _lanes.Add(delivery.Envelope.Key!, lane = new Lane(delivery.Envelope.Key!));
                return LaneTurn.Handle;
            }

            if (receive != Accepted && lane.IsStale(delivery.Envelope.Id, receive))
            {
                _back.Enqueue((new Settlement(delivery, Verdict.Return, []), lane.Return(delivery.Envelope.Id)));
                return LaneTurn.Return;
            }

            return Accept(delivery, lane, receive);
        }
    }

    /// <summary>The delivery that ran has a verdict that lets the next one of its key begin.</summary>
    /// <returns>Whether there is a next one: then one more call of <see cref="Take"/> belongs to it.</returns>
    public bool Advance(Lane lane)
    {
        lock (_gate)
        {
            lane.IsRunning = false;
            if (lane.Behind is { Count: > 0 } behind)
            {
                _waiting--;

                // It is older than all that has not been taken yet.
                _ready.AddFirst((behind.Dequeue(), Accepted));
                return true;
            }

            RemoveIfOver(lane);
            return false;
        }
    }

    /// <summary>The delivery that ran has a verdict that makes the later ones of its key wait: after it, what waits in the lane goes back.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="settlement">The settlement of the delivery that ran.</param>
    /// <returns>How many waited.</returns>
    public int Block(Lane lane, Settlement settlement)
    {
        lock (_gate)
        {
            Settlement[] all = [settlement, .. (lane.Behind ?? []).Select(one => new Settlement(one, Verdict.Return, []))];
            foreach (var one in all.Zip(lane.ReturnAll(settlement.Delivery)))
            {
                _back.Enqueue(one);
            }

            _waiting -= all.Length - 1;
            lane.Behind?.Clear();
            lane.IsRunning = false;
            return all.Length - 1;
        }
    }

    /// <summary>
    /// Sends what goes back, in the order in which it was decided: a transport that does not know the order of a key has the events in the order in which they come.
    /// One caller at a time sends, for the others as well.
    /// </summary>
    public void SendBack(Action<Settlement, LaneReturn> send)
    {
        lock (_gate)
        {
            if (_isSending)
            {
                return;
            }

            _isSending = true;
        }

        while (NextBack(out var next))
        {
            send(next.Settlement, next.Back);
        }
    }

    /// <summary>A settlement of an event that goes back is stored: the transport minds it from the next receive on.</summary>
    public void Stored(LaneReturn back)
    {
        lock (_gate)
        {
            back.StoredAt = _receive;
            _stored.Enqueue(back);
        }
    }

    /// <summary>Where there is none, sending is over.</summary>
    private bool NextBack(out (Settlement Settlement, LaneReturn Back) next)
    {
        lock (_gate)
        {
            return _isSending = _back.TryDequeue(out next);
        }
    }

    private LaneTurn Accept(Delivery delivery, Lane lane, long receive)
    {
        if (receive != Accepted)
        {
            lane.Accept(delivery.Envelope.Id);
        }

        if (lane.IsRunning)
        {
            lane.Wait(delivery);
            _waiting++;
            return LaneTurn.Wait;
        }

        lane.IsRunning = true;
        return LaneTurn.Handle;
    }

    /// <summary>Forgets what went back so long ago that nothing stale can come any more.</summary>
    private void ForgetStored()
    {
        var oldest = _ready.First?.Value.Receive ?? _receive;
        while (_stored.TryPeek(out var back) && back.StoredAt < oldest)
        {
            _stored.Dequeue();
            back.Lane.Forget(oldest);
            RemoveIfOver(back.Lane);
        }
    }

    private void RemoveIfOver(Lane lane)
    {
        if (lane.IsOver && _lanes.GetValueOrDefault(lane.Key) == lane)
        {
            _lanes.Remove(lane.Key);
        }
    }
}
