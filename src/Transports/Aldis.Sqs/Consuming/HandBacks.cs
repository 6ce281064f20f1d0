using System.Collections.Concurrent;

namespace Aldis.Sqs;

/// <summary>
/// What this process handed back without having tried it. The service counts every time that it hands a message out, whatever for; what is noted here is taken off that number. For the whole
/// process, as an event may come back to another bus of it. Bounded; safe for any thread.
/// </summary>
internal static class HandBacks
{
    private const int Most = 100_000;

    private static readonly ConcurrentDictionary<(string Url, string Message), int> _counts = new();
    private static readonly ConcurrentQueue<(string Url, string Message)> _order = new();

    /// <summary>How many of the times that a message was handed out were no attempts.</summary>
    public static int Of(string url, string message) => _counts.IsEmpty ? 0 : _counts.GetValueOrDefault((url, message));

    /// <summary>A message goes back once more, and that is no attempt.</summary>
    public static void Add(string url, string message)
    {
        if (_counts.AddOrUpdate((url, message), 1, static (_, count) => count + 1) == 1)
        {
            _order.Enqueue((url, message));
            if (_order.Count > Most && _order.TryDequeue(out var oldest))
            {
                _counts.TryRemove(oldest, out _);
            }
        }
    }

    /// <summary>The message does not come again.</summary>
    public static void Forget(string url, string message)
    {
        if (!_counts.IsEmpty)
        {
            _counts.TryRemove((url, message), out _);
        }
    }
}
