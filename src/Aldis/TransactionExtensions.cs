using System.Data.Common;
using Aldis.Errors;

namespace Aldis;

/// <summary>Publishes within a database transaction of the publisher.</summary>
public static class TransactionExtensions
{
    /// <summary>
    /// Publishes an event in a transaction of your own: it is written through your connection, and is committed or vanishes with your own rows. Handlers get it
    /// after the commit, within a second at most; nobody has to be told. A bus whose transport is elsewhere needs a ledger in your database:
    /// the event goes from there to the transport, at least once, with the same id.
    /// </summary>
    /// <remarks>
    /// While your transaction holds the write lock of a file, a publish without it waits for that lock: await none before you commit.
    /// </remarks>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="bus">The bus.</param>
    /// <param name="event">The event.</param>
    /// <param name="transaction">The transaction: open, and of the very database that the transport or the ledger is in.</param>
    /// <param name="options">Its id, key, headers and time, where they are not the usual ones. <see cref="PublishOptions.WhenFull"/> has no meaning here.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The event's identity, and the level at which it is stored once the transaction is committed.</returns>
    /// <exception cref="AldisException">ALD1430: the transaction is not one of that database; ALD1306: neither transport nor ledger can do this; or the event is at fault.</exception>
    /// <exception cref="PublishException">It is not written; the transaction is as it was.</exception>
    public static ValueTask<Published> PublishAsync<T>(
        this IEventBus bus, T @event, DbTransaction transaction, PublishOptions? options = null, CancellationToken cancel = default) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(@event);
        ArgumentNullException.ThrowIfNull(transaction);
        return bus is EventBus own
            ? own.PublishAsync(@event, transaction, options, cancel)
            : throw new AldisException(new Fault(ErrorCodes.MissingFeature, $"{bus.GetType()} publishes in no transaction.", Remedy: "Publish on an EventBus."));
    }
}
