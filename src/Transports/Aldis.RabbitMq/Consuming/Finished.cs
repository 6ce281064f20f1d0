using System.Collections.Concurrent;

namespace Aldis.RabbitMq;

/// <summary>
/// What this process was through with when the connection broke before the broker had been told. When it comes again to this process, soon, it is acknowledged without
/// being handled again. Later it is another one with its id: a dead letter that somebody sent back, for example. Bounded; safe for any thread.
/// </summary>
internal static class Finished
{
    private const int Most = 10_000;

    /// <summary>A broker hands out again what a broken connection held within two heartbeats, of which the longest are ten minutes; by the clock of the machine, as the broker lives by that.</summary>
    private static readonly TimeSpan _soon = TimeSpan.FromMinutes(20);

    private static readonly ConcurrentDictionary<(string Place, EventId Id), long> _all = new();
    private static readonly ConcurrentQueue<(string Place, EventId Id)> _order = new();

    public static void Add(string place, EventId id)
    {
        if (_all.TryAdd((place, id), TimeProvider.System.GetTimestamp()))
        {
            _order.Enqueue((place, id));
            if (_order.Count > Most && _order.TryDequeue(out var oldest))
            {
                _all.TryRemove(oldest, out _);
            }
        }
    }

    /// <summary>Whether an event is among them; from then on it is not.</summary>
    public static bool Take(string place, EventId id)
        => !_all.IsEmpty && _all.TryRemove((place, id), out var since) && TimeProvider.System.GetElapsedTime(since) < _soon;
}
