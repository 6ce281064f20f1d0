using Aldis.Events;

namespace Aldis.Transports;

/// <summary>What groups have handled, in the order in which it may be forgotten. One lock guards it.</summary>
internal sealed class MemoryInbox(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly HashSet<(GroupName Group, EventId Id)> _handled = [];
    private readonly PriorityQueue<(GroupName Group, EventId Id), long> _until = new();

    /// <summary>How many events are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _handled.Count;
            }
        }
    }

    public bool Contains(GroupName group, EventId id)
    {
        lock (_gate)
        {
            ForgetOld();
            return _handled.Contains((group, id));
        }
    }

    public void Remember(InboxEntry entry)
    {
        lock (_gate)
        {
            ForgetOld();
            if (_handled.Add((entry.Group, entry.Id)))
            {
                _until.Enqueue((entry.Group, entry.Id), time.GetTimestamp() + (long)(entry.Keep.TotalSeconds * time.TimestampFrequency));
            }
        }
    }

    private void ForgetOld()
    {
        var now = time.GetTimestamp();
        while (_until.TryPeek(out var entry, out var until) && until <= now)
        {
            _until.Dequeue();
            _handled.Remove(entry);
        }
    }
}
