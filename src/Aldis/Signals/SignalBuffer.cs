using System.Threading.Channels;
using Aldis.Diagnostics;
using Aldis.Errors;
using Aldis.Signals;

namespace Aldis;

/// <summary>
/// The events of a signal as a stream for <c>await foreach</c>: it receives from the moment it is made, keeps what is not read yet in a bounded
/// buffer, and stops receiving when it is disposed or the loop over it is left. What is in the buffer can be read after that.
/// </summary>
/// <remarks>Safe for any thread. Several loops over one buffer share its events; the first that is left ends it for all.</remarks>
/// <typeparam name="T">The event.</typeparam>
public sealed class SignalBuffer<T> : IAsyncEnumerable<T>, IDisposable
{
    private readonly Channel<T> _events;
    private readonly Signal<T> _signal;
    private readonly int _capacity;
    private readonly IDisposable _connection;
    private long _dropped;
    private volatile bool _isDisposed;

    internal SignalBuffer(Signal<T> signal, int capacity, WhenFull whenFull, Func<Receiver<T>, IDisposable> connect)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_signal, _capacity) = (signal, capacity);
        var options = new BoundedChannelOptions(capacity) { FullMode = ModeOf(whenFull) };
        _events = Channel.CreateBounded<T>(options, _ => Drop());
        _connection = connect(ReceiverFor(whenFull));
        if (signal.Name is { } name)
        {
            var labels = Labels.Of("aldis", name, group: null);
            Instruments.Utilization.Add(this, () => labels.Measure((double)_events.Reader.Count / capacity));
        }
    }

    /// <summary>How many events were dropped because the buffer was full. Never falls.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Reads the events as they come, until the buffer is disposed.</summary>
    /// <param name="cancellationToken">Ends the loop with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var @event in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return @event;
            }
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Stops receiving. A sender that waits for room goes on; its event is not taken.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _connection.Dispose();
        Instruments.Utilization.Remove(this);
        _events.Writer.TryComplete();
    }

    private static BoundedChannelFullMode ModeOf(WhenFull whenFull) => whenFull switch
    {
        WhenFull.Wait or WhenFull.Fail => BoundedChannelFullMode.Wait,
        WhenFull.DropOldest => BoundedChannelFullMode.DropOldest,
        WhenFull.DropNewest => BoundedChannelFullMode.DropWrite,
        _ => throw new ArgumentOutOfRangeException(nameof(whenFull), whenFull, message: null),
    };

    private void Drop()
    {
        Interlocked.Increment(ref _dropped);
        Telemetry.Dropped(_signal.Name, group: null);
    }

    private Receiver<T> ReceiverFor(WhenFull whenFull) => whenFull switch
    {
        WhenFull.Wait => Receiver<T>.Of(WaitAsync),
        WhenFull.Fail => Receiver<T>.Of(Take),
        _ => Receiver<T>.Of(@event => { _events.Writer.TryWrite(@event); }),
    };

    private async ValueTask WaitAsync(T @event, CancellationToken cancel)
    {
        while (!_events.Writer.TryWrite(@event))
        {
            if (!await _events.Writer.WaitToWriteAsync(cancel).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private void Take(T @event)
    {
        if (!_events.Writer.TryWrite(@event) && !_isDisposed)
        {
            throw new AldisException(new Fault(ErrorCodes.BufferFull,
                $"A buffer of the {_signal} is full.", $"It has room for {_capacity}, and nobody has read what is there."));
        }
    }
}
