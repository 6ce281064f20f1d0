using System.Numerics;

namespace Aldis.RabbitMq;

/// <summary>
/// A delay for which there is a queue. As all events of a queue wait equally long, none waits behind another. So that there are few queues, delays are rounded
/// up: to four steps between a power of two and the next, so by a quarter at most.
/// </summary>
/// <param name="Milliseconds">How long, and the name of the queue.</param>
/// <param name="OnBroker">How long by the broker's clock; another only in tests with a quick clock.</param>
internal readonly record struct Delay(long Milliseconds, long OnBroker)
{
    /// <summary>The longest wait in one queue, about 24 days. A longer delay is several waits, one after another.</summary>
    public const long Longest = 1L << 31;

    private const long Shortest = 64;

    public static Delay Of(TimeSpan span, double pace)
    {
        var wanted = Math.Clamp((long)Math.Ceiling(span.TotalMilliseconds), Shortest, Longest);
        var step = 1L << Math.Max(0, BitOperations.Log2((ulong)wanted) - 2);
        var rounded = (wanted + step - 1) / step * step;
        return new Delay(rounded, Math.Max(1, (long)Math.Ceiling(rounded / pace)));
    }
}
