using System.ComponentModel;
using System.Runtime.CompilerServices;
using Aldis.Signals;

// The rules guard callers against a new overload that takes their call; these differ in the first, required parameter.
#pragma warning disable RS0026 // Do not add multiple overloads with optional parameters
#pragma warning disable RS0027 // API with optional parameters should have the most parameters amongst its public overloads

namespace Aldis;

public sealed partial class Signal<T>
{
    /// <summary>Connects a synchronous receiver for the events of one derived type.</summary>
    /// <param name="receiver">What to call.</param>
    /// <param name="options">How it is connected.</param>
    /// <typeparam name="TDerived">The type of the events; events of types derived from it are among them.</typeparam>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect<TDerived>(Action<TDerived> receiver, ConnectOptions options = default)
        where TDerived : T
        => _receivers.Connect(Receiver<TDerived>.Of(receiver).Within<T>(), options);

    /// <summary>Connects an asynchronous receiver for the events of one derived type; they are then sent with <c>SendAsync</c>.</summary>
    /// <param name="receiver">What to call and await.</param>
    /// <param name="options">How it is connected.</param>
    /// <typeparam name="TDerived">The type of the events; events of types derived from it are among them.</typeparam>
    /// <returns><inheritdoc cref="Connect(Action{T})" path="/returns/node()"/></returns>
    public IDisposable Connect<TDerived>(Func<TDerived, Task> receiver, ConnectOptions options = default)
        where TDerived : T
        => _receivers.Connect(Receiver<TDerived>.Of(receiver).Within<T>(), options);

    /// <inheritdoc cref="Connect{TDerived}(Func{TDerived, Task}, ConnectOptions)"/>
    [OverloadResolutionPriority(1)]
    public IDisposable Connect<TDerived>(Func<TDerived, ValueTask> receiver, ConnectOptions options = default)
        where TDerived : T
        => _receivers.Connect(Receiver<TDerived>.Of(receiver).Within<T>(), options);

    /// <inheritdoc cref="Connect{TDerived}(Func{TDerived, Task}, ConnectOptions)"/>
    public IDisposable Connect<TDerived>(Func<TDerived, CancellationToken, ValueTask> receiver, ConnectOptions options = default)
        where TDerived : T
        => _receivers.Connect(Receiver<TDerived>.Of(receiver).Within<T>(), options);

    /// <inheritdoc cref="Connect{TDerived}(Action{TDerived}, ConnectOptions)"/>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable Connect<TDerived>(Func<TDerived, Nothing> receiver, ConnectOptions options = default)
        where TDerived : T
        => _receivers.Connect(Receiver<TDerived>.Of(receiver).Within<T>(), options);
}
