namespace Aldis;

public sealed partial class Signal<T, TResult>
{
    /// <inheritdoc cref="Signal{T}.Disconnect(Action{T})"/>
    public void Disconnect(Func<T, TResult> receiver) => DisconnectAll(receiver);

    /// <inheritdoc cref="Signal{T}.Disconnect(Action{T}, object)"/>
    public void Disconnect(Func<T, TResult> receiver, object? sender) => DisconnectPair(receiver, sender);

    /// <inheritdoc cref="Signal{T}.Disconnect(Action{T})"/>
    public void Disconnect(Func<T, Task<TResult>> receiver) => DisconnectAll(receiver);

    /// <inheritdoc cref="Signal{T}.Disconnect(Action{T}, object)"/>
    public void Disconnect(Func<T, Task<TResult>> receiver, object? sender) => DisconnectPair(receiver, sender);

    /// <inheritdoc cref="Signal{T}.Disconnect(Action{T})"/>
    public void Disconnect(Func<T, ValueTask<TResult>> receiver) => DisconnectAll(receiver);

    /// <inheritdoc cref="Signal{T}.Disconnect(Action{T}, object)"/>
    public void Disconnect(Func<T, ValueTask<TResult>> receiver, object? sender) => DisconnectPair(receiver, sender);

    /// <inheritdoc cref="Signal{T}.Disconnect(Action{T})"/>
    public void Disconnect(Func<T, CancellationToken, ValueTask<TResult>> receiver) => DisconnectAll(receiver);

    /// <inheritdoc cref="Signal{T}.Disconnect(Action{T}, object)"/>
    public void Disconnect(Func<T, CancellationToken, ValueTask<TResult>> receiver, object? sender) => DisconnectPair(receiver, sender);
}
