namespace Aldis.Transports;

/// <summary>
/// Wakes everyone who waits for something to have changed. Take <see cref="Next"/> before you look at the state, and await it only if there is
/// nothing to do: then no change between the look and the wait is missed. Safe for any thread; a beat that nobody awaits costs nothing.
/// </summary>
public sealed class Pulse
{
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(int.MaxValue);

    private TaskCompletionSource? _next;

    /// <summary>A task that ends at the next beat.</summary>
    public Task Next
    {
        get
        {
            var next = Volatile.Read(ref _next);
            if (next is null)
            {
                var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                next = Interlocked.CompareExchange(ref _next, created, null) ?? created;
            }

            return next.Task;
        }
    }

    /// <summary>Wakes whoever waits now.</summary>
    public void Beat() => Interlocked.Exchange(ref _next, null)?.TrySetResult();

    /// <summary>
    /// Waits for a beat, or until a time has passed, whichever comes first. A time is rounded up to a whole millisecond; one of more than 24 days
    /// ends after these, as no timer is longer.
    /// </summary>
    /// <param name="next">What <see cref="Next"/> gave before the state was looked at.</param>
    /// <param name="limit">How long at most; null for without end.</param>
    /// <param name="time">The clock of the limit.</param>
    /// <param name="cancel">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    public static async ValueTask WaitAsync(Task next, TimeSpan? limit, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(next);
        var bounded = next.WaitAsync(limit is { } span ? Timer(span) : Timeout.InfiniteTimeSpan, time, cancel);
        await bounded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Timers count whole milliseconds and cut off the rest: a caller that waits again for what is left would not wait at all, but spin.</summary>
    private static TimeSpan Timer(TimeSpan span) => span < _longest ? TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds)) : _longest;
}
