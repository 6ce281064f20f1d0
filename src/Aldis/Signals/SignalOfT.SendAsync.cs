using Aldis.Signals;

namespace Aldis;

public sealed partial class Signal<T>
{
    /// <summary>Sends an event without a sender, which is to say with the sender null, and awaits the receivers.</summary>
    /// <param name="event">What happened.</param>
    /// <inheritdoc cref="SendAsync(object, T, CancellationToken)" path="/returns"/>
    public ValueTask SendAsync(T @event)
        => _receivers.IsPlain ? _receivers.Any.SendAsync(@event, CancellationToken.None) : SendAsync(null, @event, CancellationToken.None);

    /// <summary>Sends an event without a sender, which is to say with the sender null, and awaits the receivers.</summary>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers. Once it is cancelled, no further receiver is called.</param>
    /// <inheritdoc cref="SendAsync(object, T, CancellationToken)" path="/returns"/>
    public ValueTask SendAsync(T @event, CancellationToken cancel) => SendAsync(null, @event, cancel);

    /// <summary>
    /// Sends an event: calls, in the order of connection, every receiver that is connected for any sender or for this one, each
    /// once, synchronous and asynchronous ones together. The next is called when the one before it has completed.
    /// </summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers. Once it is cancelled, no further receiver is called.</param>
    /// <returns>
    /// Completes with the last receiver, or with the first error, after which no receiver is called. Receivers run on this thread
    /// until one of them does not complete at once; allocates nothing when all do.
    /// </returns>
    public ValueTask SendAsync(object? sender, T @event, CancellationToken cancel = default)
        => _receivers.IsPlain
            ? _receivers.Any.SendAsync(@event, cancel)
            : SendExceptionallyAsync(sender, @event, static (round, @event, owner, cancel) => round.SendAsync(@event, cancel), cancel);

    /// <summary>Sends an event to all without a sender, which is to say with the sender null, and awaits the receivers.</summary>
    /// <param name="event">What happened.</param>
    /// <inheritdoc cref="SendAllAsync(object, T, CancellationToken)" path="/returns"/>
    public ValueTask SendAllAsync(T @event) => SendAllAsync(null, @event, CancellationToken.None);

    /// <summary>Sends an event to all without a sender, which is to say with the sender null, and awaits the receivers.</summary>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers, which are called all the same when it is cancelled.</param>
    /// <inheritdoc cref="SendAllAsync(object, T, CancellationToken)" path="/returns"/>
    public ValueTask SendAllAsync(T @event, CancellationToken cancel)
        => SendAllAsync(null, @event, cancel);

    /// <summary>
    /// Sends an event as <see cref="SendAsync(object, T, CancellationToken)"/> does, and calls every receiver even when some fail.
    /// </summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers, which are called all the same when it is cancelled.</param>
    /// <returns>
    /// Completes with the last receiver. When some failed, the error is an <see cref="AggregateException"/> with every error, in
    /// the order of the receivers.
    /// </returns>
    public ValueTask SendAllAsync(object? sender, T @event, CancellationToken cancel = default)
        => _receivers.IsPlain
            ? _receivers.Any.SendAllAsync(@event, this, cancel)
            : SendExceptionallyAsync(sender, @event, static (round, @event, owner, cancel) => round.SendAllAsync(@event, owner, cancel), cancel);

    /// <summary>
    /// Sends an event and calls every receiver without waiting for the one before: asynchronous receivers run at the same time.
    /// They are called in the order of connection, on this thread; synchronous ones run there to their end.
    /// </summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers, which are called all the same when it is cancelled.</param>
    /// <returns>
    /// Completes when all have. When some failed, the error is an <see cref="AggregateException"/> with every error, in the order of the
    /// receivers.
    /// </returns>
    public ValueTask SendParallelAsync(object? sender, T @event, CancellationToken cancel = default)
        => _receivers.IsPlain
            ? _receivers.Any.SendParallelAsync(@event, this, cancel)
            : SendExceptionallyAsync(sender, @event, static (round, @event, owner, cancel) => round.SendParallelAsync(@event, owner, cancel), cancel);

    private ValueTask SendExceptionallyAsync(
        object? sender, T @event, Func<Round<T>, T, object, CancellationToken, ValueTask> send, CancellationToken cancel)
    {
        var round = _receivers.For(sender);
        return _receivers.IsCarried ? SendCarriedAsync(round, sender, @event, send, cancel) : send(round, @event, this, cancel);
    }

    /// <summary>The event is on its way before anybody is called; who is called was fixed before.</summary>
    private async ValueTask SendCarriedAsync(
        Round<T> round, object? sender, T @event, Func<Round<T>, T, object, CancellationToken, ValueTask> send, CancellationToken cancel)
    {
        await _receivers.CarryAsync(sender, @event, cancel).ConfigureAwait(false);
        await send(round, @event, this, cancel).ConfigureAwait(false);
    }
}
