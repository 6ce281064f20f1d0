using System.Collections.Concurrent;

namespace Aldis.RabbitMq;

/// <summary>
/// What this process was through with when the connection broke before the broker had been told. When it comes again to this process, it is acknowledged without
/// being handled again. Bounded; safe for any thread.
/// </summary>
internal static class Finished
{
    private const int Most = 10_000;

    private static readonly ConcurrentDictionary<(string Queue, EventId Id), bool> _all = new();
    private static readonly ConcurrentQueue<(string Queue, EventId Id)> _order = new();

    public static void Add(string queue, EventId id)
    {
        if (_all.TryAdd((queue, id), true))
        {
            _order.Enqueue((queue, id));
            if (_order.Count > Most && _order.TryDequeue(out var oldest))
            {
                _all.TryRemove(oldest, out _);
            }
        }
    }

    /// <summary>Whether an event is among them; from then on it is not.</summary>
    public static bool Take(string queue, EventId id) => !_all.IsEmpty && _all.TryRemove((queue, id), out _);
}
