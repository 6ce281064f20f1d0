using System.Data.Common;
using Aldis.Events;

namespace Aldis.Transports;

/// <summary>
/// A store in the database of its user: it writes through the user's connection, in the user's transaction, so that what it writes is committed or vanishes
/// with the user's own rows. A transport that publishes so, or a ledger from which events go to the transport once they are committed. It is an <see cref="IInbox"/> and
/// an <see cref="IScheduleStore"/> as well. A transaction is used by one caller at a time; what others commit is noticed without being told.
/// </summary>
public interface ITransactionStore
{
    /// <summary>Publishes an event: once the transaction is committed, the groups get it.</summary>
    /// <param name="transaction">The user's; open, on this very database.</param>
    /// <param name="envelope">The event.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="AldisException">ALD1430: the transaction is not one of this database.</exception>
    /// <exception cref="TransportException">Nothing was written. The transaction is as it was, where the database allows that; on PostgreSQL it can only be rolled back, to a savepoint of the user or as a whole.</exception>
    ValueTask PublishAsync(DbTransaction transaction, Envelope envelope, CancellationToken cancel);

    /// <summary>Keeps an event until it is due; one without a time is due as soon as the transaction is committed.</summary>
    /// <inheritdoc cref="PublishAsync"/>
    /// <param name="transaction">The user's; open, on this very database.</param>
    /// <param name="later">The event.</param>
    /// <param name="cancel">Ends the wait.</param>
    ValueTask ScheduleAsync(DbTransaction transaction, ScheduledEvent later, CancellationToken cancel);

    /// <summary>Notes that a group handles an event in this transaction. Whoever notes the same in another transaction waits until this one has ended.</summary>
    /// <inheritdoc cref="PublishAsync"/>
    /// <param name="transaction">The user's; open, on this very database.</param>
    /// <param name="entry">The group, the event, and how long it is remembered.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>False where it is noted already: the group has handled the event.</returns>
    ValueTask<bool> TryEnterInboxAsync(DbTransaction transaction, InboxEntry entry, CancellationToken cancel);
}
