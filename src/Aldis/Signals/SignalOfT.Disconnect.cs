namespace Aldis;

public sealed partial class Signal<T>
{
    /// <summary>
    /// Disconnects a receiver from all senders and from any sender, whoever holds its connections. Does nothing when it is not
    /// connected. A send that has begun skips it if its turn has not come.
    /// </summary>
    /// <param name="receiver">The receiver, or a delegate with the same method and the same target.</param>
    public void Disconnect(Action<T> receiver) => DisconnectAll(receiver);

    /// <summary>
    /// Disconnects a receiver from one sender, whoever holds that connection; it stays connected for others, and for any sender.
    /// Does nothing when that pair is not connected. A send that has begun skips it if its turn has not come.
    /// </summary>
    /// <param name="receiver">The receiver, or a delegate with the same method and the same target.</param>
    /// <param name="sender">The sender; null is a sender like another.</param>
    public void Disconnect(Action<T> receiver, object? sender) => DisconnectPair(receiver, sender);

    /// <inheritdoc cref="Disconnect(Action{T})"/>
    public void Disconnect(Func<T, Task> receiver) => DisconnectAll(receiver);

    /// <inheritdoc cref="Disconnect(Action{T}, object)"/>
    public void Disconnect(Func<T, Task> receiver, object? sender) => DisconnectPair(receiver, sender);

    /// <inheritdoc cref="Disconnect(Action{T})"/>
    public void Disconnect(Func<T, ValueTask> receiver) => DisconnectAll(receiver);

    /// <inheritdoc cref="Disconnect(Action{T}, object)"/>
    public void Disconnect(Func<T, ValueTask> receiver, object? sender) => DisconnectPair(receiver, sender);

    /// <inheritdoc cref="Disconnect(Action{T})"/>
    public void Disconnect(Func<T, CancellationToken, ValueTask> receiver) => DisconnectAll(receiver);

    /// <inheritdoc cref="Disconnect(Action{T}, object)"/>
    public void Disconnect(Func<T, CancellationToken, ValueTask> receiver, object? sender) => DisconnectPair(receiver, sender);
}
