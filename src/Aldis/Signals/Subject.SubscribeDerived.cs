using System.ComponentModel;
using System.Runtime.CompilerServices;
using Aldis.Signals;

// The rule guards callers against a new overload that takes their call; these differ in the first, required parameter.
#pragma warning disable RS0026 // Do not add multiple overloads with optional parameters

namespace Aldis;

public sealed partial class Subject<T>
{
    /// <summary>Subscribes a synchronous observer for the events of one derived type.</summary>
    /// <param name="observer">What to call.</param>
    /// <param name="when">Which of those events it wants; null for all. Called by the subject, in the observer's turn.</param>
    /// <typeparam name="TDerived">The type of the events; events of types derived from it are among them.</typeparam>
    /// <returns>The subscription: dispose it to end it, and no other; disposing it again does nothing.</returns>
    public IDisposable Subscribe<TDerived>(Action<TDerived> observer, Func<TDerived, bool>? when = null)
        where TDerived : T
        => Add(Receiver<TDerived>.Of(observer).Within<T>(when));

    /// <summary>
    /// Subscribes an asynchronous observer for the events of one derived type; events are then told with <see cref="NotifyAsync"/>.
    /// </summary>
    /// <param name="observer">What to call and await.</param>
    /// <param name="when">Which of those events it wants; null for all. Called by the subject, in the observer's turn.</param>
    /// <typeparam name="TDerived">The type of the events; events of types derived from it are among them.</typeparam>
    /// <returns>The subscription: dispose it to end it, and no other; disposing it again does nothing.</returns>
    public IDisposable Subscribe<TDerived>(Func<TDerived, Task> observer, Func<TDerived, bool>? when = null)
        where TDerived : T
        => Add(Receiver<TDerived>.Of(observer).Within<T>(when));

    /// <inheritdoc cref="Subscribe{TDerived}(Func{TDerived, Task}, Func{TDerived, bool})"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Subscribe<TDerived>(Func<TDerived, ValueTask> observer, Func<TDerived, bool>? when = null)
        where TDerived : T
        => Add(Receiver<TDerived>.Of(observer).Within<T>(when));

    /// <inheritdoc cref="Subscribe{TDerived}(Func{TDerived, Task}, Func{TDerived, bool})"/>
    public IDisposable Subscribe<TDerived>(Func<TDerived, CancellationToken, ValueTask> observer, Func<TDerived, bool>? when = null)
        where TDerived : T
        => Add(Receiver<TDerived>.Of(observer).Within<T>(when));

    /// <summary>Subscribes an observer that always throws, for the events of one derived type. It is synchronous.</summary>
    /// <inheritdoc cref="Subscribe{TDerived}(Action{TDerived}, Func{TDerived, bool})"/>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Subscribe<TDerived>(Func<TDerived, Nothing> observer, Func<TDerived, bool>? when = null)
        where TDerived : T
        => Add(Receiver<TDerived>.Of(observer).Within<T>(when));
}
