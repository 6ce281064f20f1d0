using Aldis.Signals;

namespace Aldis;

/// <summary>
/// A topic inside the process: those who send and those who receive know the signal and not each other. A receiver may ask for
/// the events of one sender only.
/// </summary>
/// <remarks>
/// <para>Order: receivers are called one after another on the sending thread, in the order in which they were connected, those with
/// a higher <see cref="ConnectOptions.Priority"/> first.</para>
/// <para>Who is called is fixed when a send begins: a receiver connected meanwhile is not called by it; one disconnected before
/// its turn is skipped, even if another connection has been made for it meanwhile.</para>
/// <para>Senders: strings, value types and <see cref="IValueSender"/> match by type and value, all others by reference; null is a
/// sender like another.</para>
/// <para>Lifetime: receivers and the senders they name are held strongly until they are disconnected, unless
/// <see cref="ConnectOptions"/> says otherwise.</para>
/// <para>Events: a receiver for a base type can be connected as a delegate or method of that type, by C#'s own contravariance; one for
/// a derived type gets only the events of that type.</para>
/// <para>Thread safety: every member may be used by any thread, and from within a receiver. Sending takes no lock and allocates
/// nothing (but a sender of a value type is boxed by its caller, and a send that ends a <see cref="ConnectOptions.Once"/> connection
/// disconnects); connecting may copy the list of receivers.</para>
/// </remarks>
/// <typeparam name="T">The event.</typeparam>
public sealed partial class Signal<T> : Signal
{
    private readonly Receivers<T> _receivers;

    /// <summary>Makes an anonymous signal; every one is a signal of its own.</summary>
    public Signal()
        : this(name: null)
    {
    }

    internal Signal(string? name)
        : base(name, self => new Receivers<T>(self))
        => _receivers = (Receivers<T>)List;

    internal override string Signature => typeof(T).ToString();

    /// <summary>Lets a carrier have all that is sent, before the receivers.</summary>
    internal void AddCarrier(ICarrier<T> carrier) => _receivers.AddCarrier(carrier);

    internal void RemoveCarrier(ICarrier<T> carrier) => _receivers.RemoveCarrier(carrier);

    /// <summary>Sends what a carrier has brought: to every receiver, and not to the carriers.</summary>
    internal ValueTask ArriveAsync(object? sender, T @event, CancellationToken cancel)
        => _receivers.For(sender).SendAllAsync(@event, this, cancel);
}
