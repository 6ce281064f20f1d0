using System.ComponentModel;
using System.Runtime.CompilerServices;
using Aldis.Signals;

namespace Aldis;

/// <summary>
/// Exactly one handler, which the owner of the emitter binds: the simplest way for one object to tell another that something
/// happened. Binding again replaces the handler; without one, invoking does nothing.
/// </summary>
/// <remarks>
/// Safe for any thread; invoking takes no lock and allocates nothing. Every invocation calls exactly one handler, the one that
/// was bound when it began, even while another thread binds. The handler is held strongly, until it is replaced or unbound.
/// A handler may be bound, unbound and invoked from within a handler. It takes the event or, if it likes, nothing.
/// </remarks>
/// <typeparam name="T">The event.</typeparam>
public sealed partial class Callback<T>
{
    private readonly Receivers<T> _receivers;

    /// <summary>Makes a callback without a handler.</summary>
    public Callback() => _receivers = new Receivers<T>(this);

    /// <summary>Makes a callback with a synchronous handler.</summary>
    /// <param name="handler">What to call.</param>
    public Callback(Action<T> handler)
        : this()
        => Bind(handler);

    /// <summary>Makes a callback with an asynchronous handler.</summary>
    /// <param name="handler">What to call and await.</param>
    public Callback(Func<T, Task> handler)
        : this()
        => Bind(handler);

    /// <inheritdoc cref="Callback{T}.Callback(Func{T, Task})"/>
    [OverloadResolutionPriority(1)]
    public Callback(Func<T, ValueTask> handler)
        : this()
        => Bind(handler);

    /// <inheritdoc cref="Callback{T}.Callback(Func{T, Task})"/>
    public Callback(Func<T, CancellationToken, ValueTask> handler)
        : this()
        => Bind(handler);

    /// <summary>Makes a callback with a handler that always throws.</summary>
    /// <param name="handler">What to call.</param>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public Callback(Func<T, Nothing> handler)
        : this()
        => Bind(handler);

    /// <summary>Makes a callback with a synchronous handler that takes nothing.</summary>
    /// <param name="handler">What to call.</param>
    public Callback(Action handler)
        : this()
        => Bind(handler);

    /// <summary>Makes a callback with an asynchronous handler that takes nothing.</summary>
    /// <param name="handler">What to call and await.</param>
    public Callback(Func<Task> handler)
        : this()
        => Bind(handler);

    /// <inheritdoc cref="Callback{T}.Callback(Func{Task})"/>
    [OverloadResolutionPriority(1)]
    public Callback(Func<ValueTask> handler)
        : this()
        => Bind(handler);

    /// <summary>Makes a callback with a handler that takes nothing and always throws.</summary>
    /// <param name="handler">What to call.</param>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public Callback(Func<Nothing> handler)
        : this()
        => Bind(handler);

    /// <summary>Whether a handler is bound.</summary>
    public bool IsBound => !_receivers.IsEmpty;

    /// <summary>Calls the handler on this thread; does nothing where none is bound.</summary>
    /// <param name="event">What happened.</param>
    /// <exception cref="AldisException">ALD1502: the handler is asynchronous; it was not called. Use <see cref="InvokeAsync"/>.</exception>
    /// <remarks>What the handler throws propagates.</remarks>
    public void Invoke(T @event) => _receivers.Any.Send(@event, this);

    /// <summary>Calls the handler, synchronous or asynchronous, and awaits it; does nothing where none is bound.</summary>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to the handler. When it is cancelled already, no handler is called.</param>
    /// <returns>Completes with the handler, and with its error. Allocates nothing when the handler completes at once.</returns>
    public ValueTask InvokeAsync(T @event, CancellationToken cancel = default) => _receivers.Any.SendAsync(@event, cancel);

    /// <summary>For example <c>callback of Shop.OrderPlaced</c>.</summary>
    public override string ToString() => $"callback of {typeof(T)}";
}
