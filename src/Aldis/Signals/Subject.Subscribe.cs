using System.ComponentModel;
using System.Runtime.CompilerServices;
using Aldis.Signals;

// The rule guards callers against a new overload that takes their call; these differ in the first, required parameter.
#pragma warning disable RS0026 // Do not add multiple overloads with optional parameters

namespace Aldis;

public sealed partial class Subject<T>
{
    /// <summary>Subscribes a synchronous observer.</summary>
    /// <param name="observer">What to call.</param>
    /// <param name="when">Which events it wants; null for all. Called by the subject, in the observer's turn.</param>
    /// <returns>The subscription: dispose it to end it, and no other; disposing it again does nothing.</returns>
    public IDisposable Subscribe(Action<T> observer, Func<T, bool>? when = null) => Add(Receiver<T>.Of(observer).Within<T>(when));

    /// <summary>Subscribes an asynchronous observer; events are then told with <see cref="NotifyAsync"/>.</summary>
    /// <param name="observer">What to call and await.</param>
    /// <param name="when">Which events it wants; null for all. Called by the subject, in the observer's turn.</param>
    /// <returns>The subscription: dispose it to end it, and no other; disposing it again does nothing.</returns>
    public IDisposable Subscribe(Func<T, Task> observer, Func<T, bool>? when = null) => Add(Receiver<T>.Of(observer).Within<T>(when));

    /// <inheritdoc cref="Subscribe(Func{T, Task}, Func{T, bool})"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Subscribe(Func<T, ValueTask> observer, Func<T, bool>? when = null)
        => Add(Receiver<T>.Of(observer).Within<T>(when));

    /// <inheritdoc cref="Subscribe(Func{T, Task}, Func{T, bool})"/>
    public IDisposable Subscribe(Func<T, CancellationToken, ValueTask> observer, Func<T, bool>? when = null)
        => Add(Receiver<T>.Of(observer).Within<T>(when));

    /// <summary>Subscribes an observer that always throws. It is synchronous.</summary>
    /// <inheritdoc cref="Subscribe(Action{T}, Func{T, bool})"/>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Subscribe(Func<T, Nothing> observer, Func<T, bool>? when = null)
        => Add(Receiver<T>.Of(observer).Within<T>(when));

    /// <summary>Subscribes an asynchronous observer whose result nobody wants.</summary>
    /// <param name="observer">What to call and await.</param>
    /// <param name="when">Which events it wants; null for all. Called by the subject, in the observer's turn.</param>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <returns>The subscription: dispose it to end it, and no other; disposing it again does nothing.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Subscribe<TResult>(Func<T, ValueTask<TResult>> observer, Func<T, bool>? when = null)
        => Add(Receiver<T>.Of(observer).Within<T>(when));

    /// <summary>Subscribes an observer that is told of the end as well; at once where the subject has ended.</summary>
    /// <param name="observer">What to call.</param>
    /// <returns>The subscription: dispose it to end it, and no other; disposing it again does nothing.</returns>
    public IDisposable Subscribe(IObserver<T> observer) => Add(Receiver<T>.Of(observer));

    private IDisposable Add(Receiver<T> receiver)
    {
        if (_receivers.Add(receiver) is { } connection)
        {
            return connection;
        }

        if (receiver.Observer is { } late)
        {
            _ending!.Tell(late);
        }

        return NoConnection.Instance;
    }
}
