using System.ComponentModel.DataAnnotations.Schema;
using Aldis.EntityFrameworkCore;

namespace Aldis;

/// <summary>
/// Events that wait for the next <c>SaveChanges</c>, which publishes them in its transaction, in the order in which they were added. If that fails, they stay. As thread-safe as the context or
/// entity that it belongs to: not.
/// </summary>
[NotMapped]
public sealed class RaisedEvents
{
    private readonly List<RaisedEvent> _waiting = [];

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Adds an event.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="event">The event.</param>
    /// <param name="options">Its id, key, headers and time, where they are not the usual ones.</param>
    public void Add<T>(T @event, PublishOptions? options = null) where T : notnull => _waiting.Add(RaisedEvent.Of(() => @event, options));

    /// <summary>Adds an event that is made when the rows are written: then the entity has the key that the database gave it.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="make">Makes the event.</param>
    /// <param name="options">Its id, key, headers and time, where they are not the usual ones.</param>
    public void AddLater<T>(Func<T> make, PublishOptions? options = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(make);
        _waiting.Add(RaisedEvent.Of(make, options));
    }

    /// <summary>Forgets what waits.</summary>
    public void Clear() => _waiting.Clear();

    internal IReadOnlyList<RaisedEvent> Waiting => _waiting;

    /// <summary>Forgets those that were published; one of their handlers may have added more.</summary>
    internal void Published(int count) => _waiting.RemoveRange(0, count);
}
