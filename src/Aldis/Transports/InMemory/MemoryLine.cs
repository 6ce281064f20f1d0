namespace Aldis.Transports;

/// <summary>
/// The events of one key in a group, from the moment one of them is handed out until none is held, waits to be tried again, or holds the key as a
/// dead letter. Guarded by the lock of <see cref="MemoryGroup"/>.
/// </summary>
internal sealed class MemoryLine
{
    private MemoryReceiver? _holder;
    private int _held;

    /// <summary>The newest event that may be handed out now; later ones are parked. Null where nothing blocks the key.</summary>
    public long? Until { get; private set; }

    /// <summary>What has to wait until the event numbered <see cref="Until"/> is through, by number.</summary>
    public SortedDictionary<long, Waiting> Parked { get; } = [];

    /// <summary>Whether there is nothing left to remember.</summary>
    public bool IsOver => _held == 0 && Until is null;

    /// <summary>Whether an event has to wait until those before it are through.</summary>
    public bool IsBehind(Waiting waiting) => waiting.Number > Until;

    /// <summary>Whether a receiver may hold events of the key: no other has one.</summary>
    public bool IsFreeFor(MemoryReceiver receiver) => _held == 0 || _holder == receiver;

    public void Hold(MemoryReceiver receiver)
    {
        _holder = receiver;
        _held++;
    }

    public void Release() => _held--;

    /// <summary>Nothing later is handed out before this event is through.</summary>
    public void Block(long number) => Until = Until < number ? Until : number;

    /// <summary>An event is through. If it was the one that blocked the key, what waits behind it may come, a part at a time.</summary>
    public IReadOnlyList<Waiting> Pass(long number)
    {
        if (Until != number)
        {
            return [];
        }

        Waiting[] next = [.. Parked.Values.Take(64)];
        Array.ForEach(next, waiting => Parked.Remove(waiting.Number));
        Until = Parked.Count == 0 ? null : next[^1].Number;
        return next;
    }
}
