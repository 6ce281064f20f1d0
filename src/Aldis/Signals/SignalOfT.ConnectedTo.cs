using System.ComponentModel;
using System.Runtime.CompilerServices;
using Aldis.Signals;

namespace Aldis;

/// <summary>Connect, under the name that reads well in a using statement: <c>using (signal.ConnectedTo(receiver, sender)) { … }</c>.</summary>
public sealed partial class Signal<T>
{
    /// <summary>Connects a receiver for every sender as long as a using statement lasts, however it is left.</summary>
    /// <param name="receiver">What to call.</param>
    /// <returns>The connection: its end undoes this call and no other, not even an older one of the same receiver.</returns>
    public IDisposable ConnectedTo(Action<T> receiver) => Connect(receiver);

    /// <summary>Connects a receiver for one sender as long as a using statement lasts, however it is left.</summary>
    /// <param name="receiver">What to call.</param>
    /// <param name="sender">Whose events; null is a sender like another.</param>
    /// <returns>The connection: its end undoes this call and no other, not even an older one of the same receiver.</returns>
    public IDisposable ConnectedTo(Action<T> receiver, object? sender) => Connect(receiver, sender);

    /// <inheritdoc cref="ConnectedTo(Action{T})"/>
    public IDisposable ConnectedTo(Func<T, Task> receiver) => Connect(receiver);

    /// <inheritdoc cref="ConnectedTo(Action{T}, object)"/>
    public IDisposable ConnectedTo(Func<T, Task> receiver, object? sender) => Connect(receiver, sender);

    /// <inheritdoc cref="ConnectedTo(Action{T})"/>
    [OverloadResolutionPriority(1)]
    public IDisposable ConnectedTo(Func<T, ValueTask> receiver) => Connect(receiver);

    /// <inheritdoc cref="ConnectedTo(Action{T}, object)"/>
    [OverloadResolutionPriority(1)]
    public IDisposable ConnectedTo(Func<T, ValueTask> receiver, object? sender) => Connect(receiver, sender);

    /// <inheritdoc cref="ConnectedTo(Action{T})"/>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable ConnectedTo(Func<T, Nothing> receiver) => Connect(receiver);

    /// <inheritdoc cref="ConnectedTo(Action{T}, object)"/>
    [OverloadResolutionPriority(2), EditorBrowsable(EditorBrowsableState.Never)]
    public IDisposable ConnectedTo(Func<T, Nothing> receiver, object? sender) => Connect(receiver, sender);
}
