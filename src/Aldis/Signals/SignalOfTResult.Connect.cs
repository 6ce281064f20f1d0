using System.Runtime.CompilerServices;
using Aldis.Signals;

namespace Aldis;

public sealed partial class Signal<T, TResult>
{
    /// <summary>Connects a synchronous receiver for the events of every sender.</summary>
    /// <param name="receiver">What to ask. Two delegates with the same method and the same target are one receiver.</param>
    /// <returns><inheritdoc cref="Signal{T}.Connect(Action{T})" path="/returns/node()"/></returns>
    [OverloadResolutionPriority(2)]
    public IDisposable Connect(Func<T, TResult> receiver) => Connect(receiver, default(ConnectOptions));

    /// <summary>Connects a synchronous receiver for the events of one sender.</summary>
    /// <param name="receiver">What to ask. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="sender"><inheritdoc cref="Signal{T}.Connect(Action{T}, object)" path="/param[@name='sender']/node()"/></param>
    /// <returns><inheritdoc cref="Signal{T}.Connect(Action{T})" path="/returns/node()"/></returns>
    [OverloadResolutionPriority(2)]
    public IDisposable Connect(Func<T, TResult> receiver, object? sender) => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <summary>Connects a synchronous receiver with a priority, once, weakly, or for one sender.</summary>
    /// <param name="receiver">What to ask. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="options">How it is connected.</param>
    /// <returns><inheritdoc cref="Signal{T}.Connect(Action{T})" path="/returns/node()"/></returns>
    [OverloadResolutionPriority(2)]
    public IDisposable Connect(Func<T, TResult> receiver, ConnectOptions options)
        => _receivers.Connect(Question<T, TResult>.To(receiver), options);

    /// <summary>Connects an asynchronous receiver for the events of every sender; they are then sent with <c>SendAsync</c>.</summary>
    /// <param name="receiver">What to ask and await. Two delegates with the same method and the same target are one receiver.</param>
    /// <returns><inheritdoc cref="Signal{T}.Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect(Func<T, Task<TResult>> receiver) => Connect(receiver, default(ConnectOptions));

    /// <summary>Connects an asynchronous receiver for the events of one sender; they are then sent with <c>SendAsync</c>.</summary>
    /// <param name="receiver">What to ask and await. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="sender"><inheritdoc cref="Signal{T}.Connect(Action{T}, object)" path="/param[@name='sender']/node()"/></param>
    /// <returns><inheritdoc cref="Signal{T}.Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect(Func<T, Task<TResult>> receiver, object? sender) => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <summary>Connects an asynchronous receiver with a priority, once, weakly, or for one sender; events are then sent with <c>SendAsync</c>.</summary>
    /// <param name="receiver">What to ask and await. Two delegates with the same method and the same target are one receiver.</param>
    /// <param name="options">How it is connected.</param>
    /// <returns><inheritdoc cref="Signal{T}.Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect(Func<T, Task<TResult>> receiver, ConnectOptions options)
        => _receivers.Connect(Question<T, TResult>.To(receiver), options);

    /// <inheritdoc cref="Connect(Func{T, Task{TResult}})"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Connect(Func<T, ValueTask<TResult>> receiver) => Connect(receiver, default(ConnectOptions));

    /// <inheritdoc cref="Connect(Func{T, Task{TResult}}, object)"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Connect(Func<T, ValueTask<TResult>> receiver, object? sender)
        => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <inheritdoc cref="Connect(Func{T, Task{TResult}}, ConnectOptions)"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Connect(Func<T, ValueTask<TResult>> receiver, ConnectOptions options)
        => _receivers.Connect(Question<T, TResult>.To(receiver), options);

    /// <inheritdoc cref="Connect(Func{T, Task{TResult}})"/>
    public IDisposable Connect(Func<T, CancellationToken, ValueTask<TResult>> receiver) => Connect(receiver, default(ConnectOptions));

    /// <inheritdoc cref="Connect(Func{T, Task{TResult}}, object)"/>
    public IDisposable Connect(Func<T, CancellationToken, ValueTask<TResult>> receiver, object? sender)
        => Connect(receiver, new ConnectOptions { Sender = sender });

    /// <inheritdoc cref="Connect(Func{T, Task{TResult}}, ConnectOptions)"/>
    public IDisposable Connect(Func<T, CancellationToken, ValueTask<TResult>> receiver, ConnectOptions options)
        => _receivers.Connect(Question<T, TResult>.To(receiver), options);
}
