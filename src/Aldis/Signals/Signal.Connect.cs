using System.ComponentModel;
using System.Runtime.CompilerServices;
using Aldis.Signals;

namespace Aldis;

public sealed partial class Signal<T>
{
    /// <summary>Connects a synchronous receiver for the events of every sender.</summary>
    /// <param name="receiver">What to call. Two delegates with the same method and the same target are one receiver.</param>
    /// <returns>
    /// The connection: dispose it to undo this call and no other; disposing it again does nothing. A receiver that is connected
    /// twice is called once, in its first place, and stays until both connections are disposed.
    /// </returns>
    public IDisposable Connect(Action<T> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <summary>Connects a synchronous receiver for the events of one sender.</summary>
    /// <param name="receiver">What to call. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="sender">
    /// Whose events: strings and value types match by type and value, all others by reference. Null is a sender like another,
    /// and the one of a send without a sender; it does not mean any sender.
    /// </param>
    /// <returns>
    /// The connection: dispose it to undo this call and no other; disposing it again does nothing. A receiver that is connected
    /// for any sender as well, or twice for this one, is called once, in its first place, and stays until all are disposed.
    /// </returns>
    public IDisposable Connect(Action<T> receiver, object? sender) => _receivers.Connect(Receiver<T>.Of(receiver), sender);

    /// <summary>Connects an asynchronous receiver for the events of every sender; they are then sent with <c>SendAsync</c>.</summary>
    /// <param name="receiver">What to call and await. Two delegates with the same method and the same target are one receiver.</param>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect(Func<T, Task> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <summary>Connects an asynchronous receiver for the events of one sender; they are then sent with <c>SendAsync</c>.</summary>
    /// <param name="receiver">What to call and await. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="sender"><inheritdoc cref="Connect(Action{T}, object)" path="/param[@name='sender']/node()"/></param>
    /// <returns><inheritdoc cref="Connect(Action{T}, object)" path="/returns/node()"/></returns>
    public IDisposable Connect(Func<T, Task> receiver, object? sender) => _receivers.Connect(Receiver<T>.Of(receiver), sender);

    /// <inheritdoc cref="Connect(Func{T, Task})"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Connect(Func<T, ValueTask> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <inheritdoc cref="Connect(Func{T, Task}, object)"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Connect(Func<T, ValueTask> receiver, object? sender) => _receivers.Connect(Receiver<T>.Of(receiver), sender);

    /// <inheritdoc cref="Connect(Func{T, Task})"/>
    public IDisposable Connect(Func<T, CancellationToken, ValueTask> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <inheritdoc cref="Connect(Func{T, Task}, object)"/>
    public IDisposable Connect(Func<T, CancellationToken, ValueTask> receiver, object? sender)
        => _receivers.Connect(Receiver<T>.Of(receiver), sender);

    /// <summary>Connects a receiver that always throws, for the events of every sender. It is synchronous.</summary>
    /// <param name="receiver">What to call.</param>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Connect(Func<T, Nothing> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <summary>Connects a receiver that always throws, for the events of one sender. It is synchronous.</summary>
    /// <param name="receiver">What to call.</param>
    /// <param name="sender"><inheritdoc cref="Connect(Action{T}, object)" path="/param[@name='sender']/node()"/></param>
    /// <returns><inheritdoc cref="Connect(Action{T}, object)" path="/returns/node()"/></returns>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Connect(Func<T, Nothing> receiver, object? sender) => _receivers.Connect(Receiver<T>.Of(receiver), sender);
}
