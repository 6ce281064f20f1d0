using Aldis.Signals;

namespace Aldis;

public sealed partial class Signal<T>
{
    /// <summary>Sends an event without a sender, which is to say with the sender null.</summary>
    /// <param name="event">What happened.</param>
    /// <inheritdoc cref="Send(object, T)" path="/exception|/remarks"/>
    public void Send(T @event) => Begin(null, @event).Send(@event, this);

    /// <summary>
    /// Sends an event: calls, on this thread and in the order of connection, every receiver that is connected for any sender or
    /// for this one, each once.
    /// </summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <exception cref="AldisException">
    /// ALD1502: one of those receivers is asynchronous. None of them was called; use <c>SendAsync</c>.
    /// </exception>
    /// <remarks>The first exception of a receiver propagates, and the receivers after it are not called.</remarks>
    public void Send(object? sender, T @event) => Begin(sender, @event).Send(@event, this);

    /// <summary>Sends an event to all without a sender, which is to say with the sender null.</summary>
    /// <param name="event">What happened.</param>
    /// <inheritdoc cref="SendAll(object, T)" path="/exception"/>
    public void SendAll(T @event) => Begin(null, @event).SendAll(@event, this);

    /// <summary>Sends an event as <see cref="Send(object, T)"/> does, and calls every receiver even when some of them throw.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <exception cref="AggregateException">At least one receiver threw: every error, in the order of the receivers.</exception>
    /// <exception cref="AldisException">
    /// ALD1502: one of those receivers is asynchronous. None of them was called; use <c>SendAllAsync</c>.
    /// </exception>
    public void SendAll(object? sender, T @event) => Begin(sender, @event).SendAll(@event, this);

    /// <summary>Who is called by a send that begins now. Where the signal is carried, the event is on its way before anybody is called.</summary>
    private Round<T> Begin(object? sender, T @event) => _receivers.IsPlain ? _receivers.Any : BeginExceptionally(sender, @event);

    private Round<T> BeginExceptionally(object? sender, T @event)
    {
        var round = _receivers.For(sender);
        if (_receivers.IsCarried)
        {
            round.RequireSynchronous(this);

            // A send that does not wait for its receivers waits for the transport all the same: what was sent is stored, or the sender knows.
            _receivers.CarryAsync(sender, @event, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }

        return round;
    }
}
