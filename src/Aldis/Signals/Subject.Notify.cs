namespace Aldis;

public sealed partial class Subject<T>
{
    /// <summary>Calls, on this thread and in order, every observer that wants the event. Does nothing after the end.</summary>
    /// <param name="event">What happened.</param>
    /// <exception cref="AldisException">
    /// ALD1502: one of the observers is asynchronous. None was called; use <see cref="NotifyAsync"/>.
    /// </exception>
    /// <remarks>The first exception of an observer, or of its test, propagates, and the observers after it are not called.</remarks>
    public void Notify(T @event) => _receivers.Any.Send(@event, this);

    /// <summary>
    /// Calls, in order, every observer that wants the event, synchronous and asynchronous ones together. The next is called when
    /// the one before it has completed. Does nothing after the end.
    /// </summary>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous observers. Once it is cancelled, no further observer is called.</param>
    /// <returns>
    /// Completes with the last observer, or with the first error, after which no observer is called. Observers run on this thread
    /// until one of them does not complete at once; allocates nothing when all do.
    /// </returns>
    public ValueTask NotifyAsync(T @event, CancellationToken cancel = default) => _receivers.Any.SendAsync(@event, cancel);
}
