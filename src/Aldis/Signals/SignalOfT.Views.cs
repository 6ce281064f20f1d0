using Aldis.Signals;

namespace Aldis;

public sealed partial class Signal<T>
{
    /// <summary>The events of every sender as a stream, for <c>await foreach</c>. It receives from now on.</summary>
    /// <param name="capacity">How many events it holds that are not read yet; at least 1.</param>
    /// <param name="whenFull">
    /// What happens to the next one. With <see cref="WhenFull.Wait"/> the buffer is an asynchronous receiver: events are sent with
    /// <c>SendAsync</c>, and <c>Send</c> throws ALD1502.
    /// </param>
    /// <returns>The stream; to be disposed, unless a loop over it is left.</returns>
    public SignalBuffer<T> Buffer(int capacity, WhenFull whenFull)
        => new(this, capacity, whenFull, receiver => _receivers.Connect(receiver));

    /// <summary>The events of one sender as a stream, for <c>await foreach</c>. It receives from now on.</summary>
    /// <param name="capacity">How many events it holds that are not read yet; at least 1.</param>
    /// <param name="whenFull"><inheritdoc cref="Buffer(int, WhenFull)" path="/param[@name='whenFull']/node()"/></param>
    /// <param name="sender">Whose events; null is a sender like another.</param>
    /// <returns>The stream; to be disposed, unless a loop over it is left.</returns>
    public SignalBuffer<T> Buffer(int capacity, WhenFull whenFull, object? sender)
        => new(this, capacity, whenFull, receiver => _receivers.Connect(receiver, new ConnectOptions { Sender = sender }));

    /// <summary>The events of every sender for the operators of Rx. Each subscription is a synchronous receiver; it never completes.</summary>
    public IObservable<T> AsObservable() => new Observable(_receivers, default);

    /// <summary>The events of one sender for the operators of Rx. Each subscription is a synchronous receiver; it never completes.</summary>
    /// <param name="sender">Whose events; null is a sender like another.</param>
    public IObservable<T> AsObservable(object? sender) => new Observable(_receivers, new ConnectOptions { Sender = sender });

    private sealed class Observable(Receivers<T> receivers, ConnectOptions options) : IObservable<T>
    {
        public IDisposable Subscribe(IObserver<T> observer) => receivers.Add(Receiver<T>.Of(observer), options)!;
    }
}
