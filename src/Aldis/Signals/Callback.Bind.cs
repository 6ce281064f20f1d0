using System.ComponentModel;
using System.Runtime.CompilerServices;
using Aldis.Signals;

namespace Aldis;

public sealed partial class Callback<T>
{
    /// <summary>Binds a synchronous handler in place of the one there is, in one step.</summary>
    /// <param name="handler">What to call from now on.</param>
    /// <returns>The earlier handler, as it was given; null where none was bound.</returns>
    public Delegate? Bind(Action<T> handler) => Replace(Receiver<T>.Of(handler));

    /// <summary>Binds an asynchronous handler in place of the one there is, in one step.</summary>
    /// <param name="handler">What to call and await from now on. <see cref="Invoke"/> refuses it; use <see cref="InvokeAsync"/>.</param>
    /// <returns>The earlier handler, as it was given; null where none was bound.</returns>
    public Delegate? Bind(Func<T, Task> handler) => Replace(Receiver<T>.Of(handler));

    /// <inheritdoc cref="Bind(Func{T, Task})"/>
    [OverloadResolutionPriority(1)]
    public Delegate? Bind(Func<T, ValueTask> handler) => Replace(Receiver<T>.Of(handler));

    /// <inheritdoc cref="Bind(Func{T, Task})"/>
    public Delegate? Bind(Func<T, CancellationToken, ValueTask> handler) => Replace(Receiver<T>.Of(handler));

    /// <summary>Binds a handler that always throws. It is synchronous.</summary>
    /// <param name="handler">What to call from now on.</param>
    /// <returns>The earlier handler, as it was given; null where none was bound.</returns>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public Delegate? Bind(Func<T, Nothing> handler) => Replace(Receiver<T>.Of(handler));

    /// <summary>Binds an asynchronous handler whose result nobody wants, in place of the one there is, in one step.</summary>
    /// <param name="handler">What to call and await from now on.</param>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <returns>The earlier handler, as it was given; null where none was bound.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Delegate? Bind<TResult>(Func<T, ValueTask<TResult>> handler) => Replace(Receiver<T>.Of(handler));

    /// <summary>Binds a synchronous handler that takes nothing, in place of the one there is, in one step.</summary>
    /// <param name="handler">What to call from now on.</param>
    /// <returns>The earlier handler, as it was given; null where none was bound.</returns>
    public Delegate? Bind(Action handler) => Replace(Receiver<T>.Of(handler));

    /// <summary>Binds an asynchronous handler that takes nothing, in place of the one there is, in one step.</summary>
    /// <param name="handler">What to call and await from now on. <see cref="Invoke"/> refuses it; use <see cref="InvokeAsync"/>.</param>
    /// <returns>The earlier handler, as it was given; null where none was bound.</returns>
    public Delegate? Bind(Func<Task> handler) => Replace(Receiver<T>.Of(handler));

    /// <inheritdoc cref="Bind(Func{Task})"/>
    [OverloadResolutionPriority(1)]
    public Delegate? Bind(Func<ValueTask> handler) => Replace(Receiver<T>.Of(handler));

    /// <summary>Binds a handler that takes nothing and always throws. It is synchronous.</summary>
    /// <param name="handler">What to call from now on.</param>
    /// <returns>The earlier handler, as it was given; null where none was bound.</returns>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public Delegate? Bind(Func<Nothing> handler) => Replace(Receiver<T>.Of(handler));

    /// <summary>Takes the handler away, so that invoking does nothing. An invocation that has not reached it yet skips it.</summary>
    /// <returns>The handler, as it was given; null where none was bound.</returns>
    public Delegate? Unbind() => Replace(null);

    private Delegate? Replace(Receiver<T>? receiver) => _receivers.Replace(receiver)?.Given;
}
