using Aldis.Events;

namespace Aldis.Transports;

/// <summary>
/// Keeps events until they are due, and how far each timetable has come. A transport that is its own store adds <see cref="Settlement.Scheduled"/> in
/// the same step as the verdict. Safe for any thread, and for several processes that share it.
/// </summary>
public interface IScheduleStore : ISchedule
{
    /// <summary>Keeps events until they are due. One whose id is there already is left as it is. All are kept when this returns, or none.</summary>
    /// <param name="events">The events.</param>
    /// <param name="cancel">Ends the wait; they may be kept all the same.</param>
    /// <exception cref="TransportException">They are not kept, or, where it says so, perhaps.</exception>
    ValueTask ScheduleAsync(IReadOnlyCollection<ScheduledEvent> events, CancellationToken cancel);

    /// <summary>
    /// Publishes what is due and forgets it. On its own topics it does both in one step, so that each event is published once. Elsewhere it publishes first, so that a crash in
    /// between publishes an event again, with the same id.
    /// </summary>
    /// <param name="publish">Publishes elsewhere; null where the store is the bus's transport, and publishes on its own topics.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>How long until the next is due, or null where none waits.</returns>
    /// <exception cref="TransportException">What is due is still there; the caller tries again later.</exception>
    ValueTask<TimeSpan?> FireDueAsync(Func<Envelope, CancellationToken, ValueTask>? publish, CancellationToken cancel);

    /// <summary>
    /// Ends when something is put in, by whomever. A store that can tell is looked at when it tells, and when what <see cref="FireDueAsync"/> told has passed. Default:
    /// null, it cannot tell, because other processes share it; then it is looked at every second.
    /// </summary>
    Task? Changed => null;

    /// <summary>How far a timetable has come: its newest slot that was taken. A timetable that is new begins at <paramref name="beginning"/>.</summary>
    /// <param name="timetable">The timetable's name.</param>
    /// <param name="beginning">Where it begins.</param>
    /// <param name="cancel">Ends the wait.</param>
    ValueTask<DateTimeOffset> SlotAsync(string timetable, DateTimeOffset beginning, CancellationToken cancel);

    /// <summary>Takes a slot of a timetable for the whole fleet, and keeps what is to be published for it, in one step.</summary>
    /// <param name="timetable">The timetable's name.</param>
    /// <param name="from">The slot that it stands at.</param>
    /// <param name="to">The slot that it then stands at.</param>
    /// <param name="event">What is to be published; null for a slot that is passed over.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>False where somebody else was quicker: it does not stand at <paramref name="from"/> any more, and nothing happened.</returns>
    ValueTask<bool> TakeSlotAsync(string timetable, DateTimeOffset from, DateTimeOffset to, ScheduledEvent? @event, CancellationToken cancel);
}
