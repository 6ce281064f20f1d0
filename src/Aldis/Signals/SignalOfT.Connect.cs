using System.ComponentModel;
using System.Runtime.CompilerServices;
using Aldis.Signals;

namespace Aldis;

public sealed partial class Signal<T>
{
    /// <summary>Connects a synchronous receiver for the events of every sender.</summary>
    /// <param name="receiver">What to call. Two delegates with the same method and the same target are one receiver.</param>
    /// <returns>
    /// The connection: dispose it to undo this call and no other; disposing it again does nothing. A receiver that is connected several
    /// times for a sender, or for it and for any sender, is called once, in its first place, until all of those are disposed.
    /// </returns>
    public IDisposable Connect(Action<T> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <summary>Connects a synchronous receiver for the events of one sender.</summary>
    /// <param name="receiver">What to call. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="sender">
    /// Whose events: strings, value types and <see cref="IValueSender"/> match by type and value, all others by reference. Null is a sender
    /// like another, and the one of a send without a sender; it does not mean any sender.
    /// </param>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect(Action<T> receiver, object? sender) => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <summary>Connects a synchronous receiver with a priority, once, weakly, or for one sender.</summary>
    /// <param name="receiver">What to call. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="options">How it is connected.</param>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect(Action<T> receiver, ConnectOptions options) => _receivers.Connect(Receiver<T>.Of(receiver), options);

    /// <summary>Connects an asynchronous receiver for the events of every sender; they are then sent with <c>SendAsync</c>.</summary>
    /// <param name="receiver">What to call and await. Two delegates with the same method and the same target are one receiver.</param>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect(Func<T, Task> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <summary>Connects an asynchronous receiver for the events of one sender; they are then sent with <c>SendAsync</c>.</summary>
    /// <param name="receiver">What to call and await. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="sender"><inheritdoc cref="Connect(Action{T}, object)" path="/param[@name='sender']/node()"/></param>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect(Func<T, Task> receiver, object? sender) => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <summary>Connects an asynchronous receiver with a priority, once, weakly, or for one sender; events are then sent with <c>SendAsync</c>.</summary>
    /// <param name="receiver">What to call and await. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="options">How it is connected.</param>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect(Func<T, Task> receiver, ConnectOptions options) => _receivers.Connect(Receiver<T>.Of(receiver), options);

    /// <inheritdoc cref="Connect(Func{T, Task})"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Connect(Func<T, ValueTask> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <inheritdoc cref="Connect(Func{T, Task}, object)"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Connect(Func<T, ValueTask> receiver, object? sender) => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <inheritdoc cref="Connect(Func{T, Task}, ConnectOptions)"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Connect(Func<T, ValueTask> receiver, ConnectOptions options)
        => _receivers.Connect(Receiver<T>.Of(receiver), options);

    /// <inheritdoc cref="Connect(Func{T, Task})"/>
    public IDisposable Connect(Func<T, CancellationToken, ValueTask> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <inheritdoc cref="Connect(Func{T, Task}, object)"/>
    public IDisposable Connect(Func<T, CancellationToken, ValueTask> receiver, object? sender)
        => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <inheritdoc cref="Connect(Func{T, Task}, ConnectOptions)"/>
    public IDisposable Connect(Func<T, CancellationToken, ValueTask> receiver, ConnectOptions options)
        => _receivers.Connect(Receiver<T>.Of(receiver), options);

    /// <inheritdoc cref="Connect(Action{T})"/>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Connect(Func<T, Nothing> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <inheritdoc cref="Connect(Action{T}, object)"/>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Connect(Func<T, Nothing> receiver, object? sender) => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <inheritdoc cref="Connect(Action{T}, ConnectOptions)"/>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Connect(Func<T, Nothing> receiver, ConnectOptions options) => _receivers.Connect(Receiver<T>.Of(receiver), options);

    /// <summary>Connects an asynchronous receiver whose result nobody wants, for the events of every sender.</summary>
    /// <param name="receiver">What to call and await.</param>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Connect<TResult>(Func<T, ValueTask<TResult>> receiver) => _receivers.Connect(Receiver<T>.Of(receiver));

    /// <summary>Connects an asynchronous receiver whose result nobody wants, for the events of one sender.</summary>
    /// <param name="receiver">What to call and await.</param>
    /// <param name="sender"><inheritdoc cref="Connect(Action{T}, object)" path="/param[@name='sender']/node()"/></param>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Connect<TResult>(Func<T, ValueTask<TResult>> receiver, object? sender)
        => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <summary>Connects an asynchronous receiver whose result nobody wants, with a priority, once, weakly, or for one sender.</summary>
    /// <param name="receiver">What to call and await.</param>
    /// <param name="options">How it is connected.</param>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Connect<TResult>(Func<T, ValueTask<TResult>> receiver, ConnectOptions options)
        => _receivers.Connect(Receiver<T>.Of(receiver), options);
}
