using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>
/// Order by key inside one pump. Deliveries with a key are taken in the order in which they were received; while one of a key is being handled, the
/// later ones of that key wait behind it, and other keys go on. When a verdict makes the later ones wait (a retry, a dead letter that holds its
/// key), those that this pump holds already are returned to the transport, which hands them out again when it is their turn.
/// </summary>
/// <remarks>
/// A receive that was under way when such a verdict was stored may still bring deliveries that were leased before it. They are known by the number
/// of their receive, and returned as well. The event that blocked the key cannot be among them: when it comes, the transport has begun the key anew.
/// </remarks>
internal sealed class Lanes
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(Delivery Delivery, long Receive)> _ready = [];
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly Queue<Lane> _stored = [];
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
    /// <param name="lane">Its lane, if it is to be handled.</param>
    public LaneTurn Take(out Delivery delivery, out Lane? lane)
    {
        lock (_gate)
        {
            (delivery, var receive) = _ready.First!.Value;
            _ready.RemoveFirst();
            var key = delivery.Envelope.Key!;
            if (!_lanes.TryGetValue(key, out lane))
            {
                _lanes.Add(key, lane = new Lane(key));
            }
            else if (lane.IsRunning)
            {
                lane.Wait(delivery);
                _waiting++;
                return LaneTurn.Wait;
            }
            else if (lane.BlockedBy is null)
            {
                lane.IsRunning = true;
            }
            else if (receive > lane.StaleUntil || delivery.Envelope.Id == lane.BlockedBy)
            {
                _lanes[key] = lane = new Lane(key);
            }
            else
            {
                return LaneTurn.Return;
            }

            return LaneTurn.Handle;
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
                _ready.AddFirst((behind.Dequeue(), 0));
                return true;
            }

            _lanes.Remove(lane.Key);
            return false;
        }
    }

    /// <summary>The delivery that ran has a verdict that makes the later ones of its key wait. Its settlement is on its way before this is called.</summary>
    /// <returns>The next delivery to return, or null when there is none left: then the lane is blocked, and later ones are returned as they come.</returns>
    public Delivery? Block(Lane lane, Delivery by)
    {
        lock (_gate)
        {
            lane.BlockedBy = by.Envelope.Id;
            if (lane.Behind is { Count: > 0 } behind)
            {
                _waiting--;
                return behind.Dequeue();
            }

            lane.IsRunning = false;
            return null;
        }
    }

    /// <summary>The verdict that blocked the lane is stored: the transport minds it from the next receive on.</summary>
    public void Stored(Lane lane)
    {
        lock (_gate)
        {
            lane.StaleUntil = _receive;
            _stored.Enqueue(lane);
        }
    }

    /// <summary>Forgets the lanes for which nothing stale can come any more.</summary>
    private void ForgetStored()
    {
        var oldest = _ready.First?.Value.Receive ?? _receive;
        while (_stored.TryPeek(out var lane) && lane.StaleUntil < oldest && !lane.IsRunning)
        {
            _stored.Dequeue();
            if (_lanes.GetValueOrDefault(lane.Key) == lane)
            {
                _lanes.Remove(lane.Key);
            }
        }
    }
}
