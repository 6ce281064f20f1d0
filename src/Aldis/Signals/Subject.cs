using Aldis.Signals;

namespace Aldis;

/// <summary>
/// An emitter with observers who know it: each subscribes to this subject and may ask for some of its events only, by type or by
/// a test, which the subject applies before it calls.
/// </summary>
/// <remarks>
/// <para>Order: observers are called one after another on the notifying thread, in the order in which they subscribed.
/// One that subscribed twice is called twice.</para>
/// <para>Who is called is fixed when a notification begins: an observer that subscribes meanwhile is not called by it; one that
/// unsubscribes before its turn is skipped.</para>
/// <para>Lifetime: observers are held strongly, until they unsubscribe or the subject has come to its end.</para>
/// <para>Thread safety: every member may be used by any thread, and from within an observer. Notifications of several threads
/// are not put in a row: observers may be called by two at once. Notifying takes no lock and allocates nothing; subscribing
/// copies the list of observers.</para>
/// </remarks>
/// <typeparam name="T">The event, or what all events have in common.</typeparam>
public sealed partial class Subject<T> : IObservable<T>
{
    private readonly Receivers<T> _receivers;

    /// <summary>Makes a subject without observers.</summary>
    public Subject() => _receivers = new Receivers<T>(this);

    /// <summary>Whether anybody has subscribed, so that nobody builds an event that nobody wants.</summary>
    public bool HasObservers => !_receivers.IsEmpty;

    /// <summary>For example <c>subject of Shop.OrderPlaced</c>.</summary>
    public override string ToString() => $"subject of {typeof(T)}";
}
