namespace Aldis.Transports;

/// <summary>
/// The events of one key in a group, from the moment one of them is handed out until none is held and none is in the way of the others. Guarded by the
/// lock of <see cref="MemoryGroup"/>.
/// </summary>
internal sealed class MemoryLine
{
    /// <summary>How many parked events come at a time.</summary>
    private const int Part = 64;

    private SortedSet<long>? _inTheWay;
    private SortedDictionary<long, Waiting>? _parked;
    private SortedSet<long>? _woken;
    private MemoryReceiver? _holder;
    private int _held;

    /// <summary>Those that wait for one that is in the way.</summary>
    public IEnumerable<Waiting> AllParked => _parked?.Values.AsEnumerable() ?? [];

    /// <summary>Whether there is nothing left to remember. Then nothing is parked.</summary>
    public bool IsOver => _held == 0 && Until is null;

    /// <summary>The newest event that may be handed out now: the first of those that are in the way. Null where none is.</summary>
    private long? Until => _inTheWay is { Count: > 0 } ? _inTheWay.Min : null;

    /// <summary>Whether an event has to wait until one before it is through.</summary>
    public bool IsBehind(Waiting waiting) => waiting.Number > Until;

    /// <summary>Whether a receiver may hold events of the key: no other has one.</summary>
    public bool IsFreeFor(MemoryReceiver receiver) => _held == 0 || _holder == receiver;

    public void Hold(Waiting waiting, MemoryReceiver receiver)
    {
        _woken?.Remove(waiting.Number);
        _holder = receiver;
        _held++;
    }

    /// <summary>One of the key is out, with nobody.</summary>
    public void Occupy() => _held++;

    public void Release() => _held--;

    /// <summary>Nothing later is handed out before this event is through.</summary>
    public void Block(long number) => (_inTheWay ??= []).Add(number);

    /// <summary>Keeps an event that is behind another.</summary>
    public void Park(Waiting waiting)
    {
        _woken?.Remove(waiting.Number);
        (_parked ??= []).Add(waiting.Number, waiting);
    }

    /// <summary>An event comes back: it may have to wait for one before it that was woken meanwhile, and later ones have to wait for it.</summary>
    public void Return(Waiting waiting)
    {
        if (_woken?.GetViewBetween(0, waiting.Number) is { Count: > 0 } before)
        {
            Block(before.Max);
        }
        else if (!IsBehind(waiting))
        {
            Block(waiting.Number);
        }
    }

    /// <summary>
    /// An event is through. If it was in the way, what waited for it may come, a part at a time: then the last of the part is in the way of the rest.
    /// </summary>
    public IReadOnlyList<Waiting> Pass(long number)
    {
        if (_inTheWay is null || !_inTheWay.Remove(number) || _parked is null)
        {
            return [];
        }

        Waiting[] next = [.. _parked.Values.TakeWhile(waiting => !IsBehind(waiting)).Take(Part)];
        foreach (var waiting in next)
        {
            _parked.Remove(waiting.Number);
            (_woken ??= []).Add(waiting.Number);
        }

        if (next.Length == Part && _parked.Count > 0)
        {
            Block(next[^1].Number);
        }

        return next;
    }
}
