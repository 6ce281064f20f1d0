using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>The deliveries of one key that a pump holds: one runs, the later ones wait behind it. Guarded by the lock of <see cref="Lanes"/>.</summary>
internal sealed class Lane(string key)
{
    /// <summary>What has gone back to the transport and may not have reached it, in the order of the key. All of it is later than what the lane holds.</summary>
    private readonly List<LaneReturn> _returned = [];

    public string Key => key;

    /// <summary>What waits behind the delivery that runs; made when something does.</summary>
    public Queue<Delivery>? Behind { get; private set; }

    /// <summary>Whether a delivery of it is being handled, or its verdict is on its way.</summary>
    public bool IsRunning { get; set; } = true;

    /// <summary>Whether nothing is left of it.</summary>
    public bool IsOver => !IsRunning && _returned.Count == 0;

    /// <summary>Lets a delivery wait behind the one that runs.</summary>
    public void Wait(Delivery delivery) => (Behind ??= []).Enqueue(delivery);

    /// <summary>Whether the transport may have handed out an event while it did not know yet that an earlier one has gone back.</summary>
    public bool IsStale(EventId id, long receive)
    {
        foreach (var earlier in _returned)
        {
            if (earlier.Id == id)
            {
                return false;
            }

            if (earlier.StoredAt >= receive)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Its turn has come: so nothing before it can be on its way any more.</summary>
    public void Accept(EventId id)
    {
        var index = _returned.FindIndex(one => one.Id == id);
        _returned.RemoveRange(0, index < 0 ? _returned.Count : index + 1);
    }

    /// <summary>An event that came too early goes back.</summary>
    public LaneReturn Return(EventId id)
    {
        var index = _returned.FindIndex(one => one.Id == id);
        var again = new LaneReturn(this, id);
        if (index < 0)
        {
            _returned.Add(again);
        }
        else
        {
            _returned[index] = again;
        }

        return again;
    }

    /// <summary>The event that ran goes back, and all that waits behind it, in this order.</summary>
    public LaneReturn[] ReturnAll(Delivery ran)
    {
        LaneReturn[] all = [new(this, ran.Envelope.Id), .. (Behind ?? []).Select(one => new LaneReturn(this, one.Envelope.Id))];
        _returned.InsertRange(0, all);
        return all;
    }

    /// <summary>Forgets what has gone back, once nothing can come any more that was handed out before.</summary>
    public void Forget(long oldest)
    {
        if (_returned.TrueForAll(one => one.StoredAt < oldest))
        {
            _returned.Clear();
        }
    }
}
