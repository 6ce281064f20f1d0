using Aldis.Events;

namespace Aldis.Transports;

/// <summary>
/// Remembers which events each group has handled, so that a second copy of one has no effect. A transport that is its own inbox notes
/// <see cref="Settlement.Remember"/> in the same step as the verdict. Safe for any thread.
/// </summary>
public interface IInbox
{
    /// <summary>Whether a group has handled an event, as far as it is remembered.</summary>
    /// <param name="group">The group.</param>
    /// <param name="id">The event.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="TransportException">It cannot be found out now; the caller tries again later.</exception>
    ValueTask<bool> ContainsAsync(GroupName group, EventId id, CancellationToken cancel);

    /// <summary>Notes that events are handled. What is noted already stays as it is. All of it is noted when this returns, or nothing.</summary>
    /// <param name="handled">The events. Not kept after the call.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="TransportException">Nothing is noted, or perhaps; the caller tries again later.</exception>
    ValueTask RememberAsync(IReadOnlyCollection<InboxEntry> handled, CancellationToken cancel);
}
