namespace Aldis.Dispatch;

/// <summary>The wait before a failed call of the transport is made again: 0.1 s, or more where more is asked for, doubled each time, at most 2 s.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(2);

    /// <summary>The next wait.</summary>
    public TimeSpan Delay { get; private set; } = _first;

    /// <summary>Makes the next wait at least so long.</summary>
    public void AtLeast(TimeSpan delay) => Delay = Delay > delay ? Delay : delay;

    public void Reset() => Delay = _first;

    public async ValueTask WaitAsync(CancellationToken cancel)
    {
        var delay = Delay;
        Delay = delay * 2 < _longest ? delay * 2 : _longest;
        await Task.Delay(delay, time, cancel).ConfigureAwait(false);
    }
}
