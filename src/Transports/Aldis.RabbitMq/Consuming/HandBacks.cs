using System.Collections.Concurrent;

namespace Aldis.RabbitMq;

/// <summary>
/// What this process handed back without having tried it, or lost with a connection while it lived. A broker counts every time an event comes back, whatever
/// for; what is noted here is taken off that number. For the whole process, as an event may come back to another bus of it. Bounded; safe for any thread.
/// </summary>
internal static class HandBacks
{
    private const int Most = 100_000;

    private static readonly ConcurrentDictionary<(string Queue, EventId Id), int> _counts = new();
    private static readonly ConcurrentQueue<(string Queue, EventId Id)> _order = new();

    /// <summary>How many of the times that an event came back were no attempts.</summary>
    public static int Of(string queue, EventId id) => _counts.IsEmpty ? 0 : _counts.GetValueOrDefault((queue, id));

    /// <summary>An event goes back once more, and that is no attempt.</summary>
    public static void Add(string queue, EventId id)
    {
        if (_counts.AddOrUpdate((queue, id), 1, static (_, count) => count + 1) == 1)
        {
            _order.Enqueue((queue, id));
            if (_order.Count > Most && _order.TryDequeue(out var oldest))
            {
                _counts.TryRemove(oldest, out _);
            }
        }
    }

    /// <summary>The event does not come again.</summary>
    public static void Forget(string queue, EventId id)
    {
        if (!_counts.IsEmpty)
        {
            _counts.TryRemove((queue, id), out _);
        }
    }
}
