using System.Collections.Concurrent;

namespace Aldis.Transports;

/// <summary>
/// What a process has handed back without having tried it, for a service that counts every time that an event is handed out, whatever for: what is noted here is taken off that number. For the whole
/// process, as an event may come back to another bus of it. Bounded: the oldest note goes first. Safe for any thread; where nothing is noted, asking costs a read.
/// </summary>
/// <typeparam name="TKey">What tells an event in a queue from all others.</typeparam>
public sealed class HandBacks<TKey>
    where TKey : notnull
{
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<TKey, int> _counts = new();
    private readonly ConcurrentQueue<TKey> _order = new();
    private bool _isUsed;

    /// <summary>How many of the times that an event was handed out were no attempts.</summary>
    public int Of(TKey key) => Volatile.Read(ref _isUsed) ? _counts.GetValueOrDefault(key) : 0;

    /// <summary>An event goes back once more, and that is no attempt.</summary>
    public void Add(TKey key)
    {
        Volatile.Write(ref _isUsed, true);
        if (_counts.AddOrUpdate(key, 1, static (_, count) => count + 1) == 1)
        {
            _order.Enqueue(key);
            if (_order.Count > Most && _order.TryDequeue(out var oldest))
            {
                _counts.TryRemove(oldest, out _);
            }
        }
    }

    /// <summary>The event does not come again.</summary>
    public void Forget(TKey key)
    {
        if (Volatile.Read(ref _isUsed))
        {
            _counts.TryRemove(key, out _);
        }
    }
}
