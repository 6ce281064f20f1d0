namespace Aldis.RabbitMq;

/// <summary>
/// What a channel has been given and the broker has not been told to be done, by number. One acknowledgement is for all numbers up to one; so whatever is
/// done without a gap goes in one, and what is done out of turn waits a while for the gap to close. Whoever settles in another way (a reject) does that first
/// and takes the number out afterwards, so that no acknowledgement overtakes it. Safe for any thread.
/// </summary>
internal sealed class AckWindow
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Held> _held = [];
    private readonly Dictionary<ulong, Held> _done = [];
    private readonly List<ulong> _overdue = [];
    private ulong _first = 1;
    private ulong _last;

    /// <summary>How many are held, and how many are done and wait to be acknowledged.</summary>
    public (int Held, int Done) Count
    {
        get
        {
            lock (_gate)
            {
                return (_held.Count, _done.Count);
            }
        }
    }

    public void Add(Held held)
    {
        lock (_gate)
        {
            _held.Add(held.Tag, held);
            _last = Math.Max(_last, held.Tag);
        }
    }

    /// <summary>What a number stands for, as long as it is held.</summary>
    public bool TryGet(ulong tag, out Held held)
    {
        lock (_gate)
        {
            return _held.TryGetValue(tag, out held);
        }
    }

    /// <summary>A number has been settled with the broker.</summary>
    public void Remove(ulong tag)
    {
        lock (_gate)
        {
            _held.Remove(tag);
        }
    }

    /// <summary>Numbers are done, and wait to be acknowledged.</summary>
    /// <returns>How many wait.</returns>
    public int Done(ReadOnlySpan<ulong> tags)
    {
        lock (_gate)
        {
            foreach (var tag in tags)
            {
                if (_held.Remove(tag, out var held))
                {
                    _done.Add(tag, held);
                }
            }

            return _done.Count;
        }
    }

    /// <summary>What to acknowledge now. Called by one caller at a time, who does it before the next.</summary>
    /// <param name="all">Whether also what is done since the last time and out of turn.</param>
    /// <returns>The number up to which all are acknowledged at once, 0 for none; and which singly.</returns>
    public (ulong UpTo, ulong[] Singly) Acknowledge(bool all)
    {
        lock (_gate)
        {
            while (_first <= _last && !_held.ContainsKey(_first))
            {
                _first++;
            }

            var upTo = 0UL;
            foreach (var tag in _done.Keys)
            {
                upTo = tag < _first ? Math.Max(upTo, tag) : upTo;
            }

            ulong[] singly = [.. (all ? _done.Keys : _overdue.AsEnumerable()).Where(tag => tag >= _first && _done.ContainsKey(tag))];
            foreach (var tag in _done.Keys.Where(tag => tag < _first).Concat(singly).ToArray())
            {
                _done.Remove(tag);
            }

            _overdue.Clear();
            _overdue.AddRange(_done.Keys);
            return (upTo, singly);
        }
    }

    /// <summary>Takes out everything that is held, in order.</summary>
    public Held[] ClearHeld()
    {
        lock (_gate)
        {
            return Clear(_held);
        }
    }

    /// <summary>Takes out everything that is done and not acknowledged.</summary>
    public Held[] ClearDone()
    {
        lock (_gate)
        {
            return Clear(_done);
        }
    }

    private static Held[] Clear(Dictionary<ulong, Held> from)
    {
        Held[] all = [.. from.Values.OrderBy(held => held.Tag)];
        from.Clear();
        return all;
    }
}
