namespace Aldis;

/// <summary>Publishes events. Safe for any thread; many publishes at a time share one write of the transport.</summary>
public interface IEventBus
{
    /// <summary>
    /// Publishes an event. Completes when the transport owns it at its declared level: for a file, when it is on the disk (fsync).
    /// </summary>
    /// <typeparam name="T">The type of the event: added to the bus, subscribed to, or marked with [Event].</typeparam>
    /// <param name="event">The event.</param>
    /// <param name="options">Its id, key and headers, where they are not the usual ones.</param>
    /// <param name="cancel">Ends the wait; the event may be stored all the same.</param>
    /// <returns>The event's identity and the level at which it is stored.</returns>
    /// <exception cref="PublishException">It is not stored (rejected), or not known to be (unknown).</exception>
    /// <exception cref="AldisException">The event is not registered, cannot be encoded, or is over a limit; or the bus is not running.</exception>
    ValueTask<Published> PublishAsync<T>(T @event, PublishOptions? options = null, CancellationToken cancel = default) where T : notnull;

    /// <summary>The topic of an event type, to publish many events on.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    Topic<T> Topic<T>() where T : notnull;

    /// <summary>The events that groups have given up.</summary>
    IDeadLetters DeadLetters { get; }

    /// <summary>The events that are to be published later.</summary>
    /// <exception cref="AldisException">ALD1306: neither the transport nor a ledger keeps any.</exception>
    ISchedule Schedule { get; }
}
