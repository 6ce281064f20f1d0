using Aldis.Signals;

namespace Aldis;

/// <summary>
/// A topic inside the process: those who send and those who receive know the signal and not each other. A receiver may ask for
/// the events of one sender only.
/// </summary>
/// <remarks>
/// <para>Order: receivers are called one after another on the sending thread, in the order in which they were connected.</para>
/// <para>Who is called is fixed when a send begins: a receiver connected meanwhile is not called by it; one disconnected before
/// its turn is skipped.</para>
/// <para>Senders: strings and value types match by type and value, all others by reference; null is a sender like another.</para>
/// <para>Lifetime: receivers and the senders they name are held strongly until they are disconnected.</para>
/// <para>Thread safety: every member may be used by any thread, and from within a receiver. Sending takes no lock and allocates
/// nothing (but a sender of a value type is boxed by its caller); connecting copies the list of receivers.</para>
/// </remarks>
/// <typeparam name="T">The event.</typeparam>
public sealed partial class Signal<T>
{
    private readonly Receivers<T> _receivers = new();

    /// <summary>Makes an anonymous signal; every one is a signal of its own.</summary>
    public Signal()
    {
    }

    internal Signal(string name) => Name = name;

    /// <summary>The name in its <see cref="SignalSpace"/>, or null for an anonymous signal. It has no part in who is called.</summary>
    public string? Name { get; }

    /// <summary>Whether anybody is connected, for any sender or for one.</summary>
    public bool HasReceivers => !_receivers.IsEmpty;

    /// <summary>Whether a send with this sender would call anybody, so that nobody builds an event that nobody wants.</summary>
    /// <param name="sender">The sender; null is a sender like another, and the one of a send without a sender.</param>
    public bool HasReceiversFor(object? sender) => !_receivers.For(sender).IsEmpty;

    /// <summary>For example <c>signal 'orders.placed' of Shop.OrderPlaced</c>.</summary>
    public override string ToString() => Name is null ? $"anonymous signal of {typeof(T)}" : $"signal '{Name}' of {typeof(T)}";
}
