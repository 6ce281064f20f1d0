using System.Data.Common;
using Aldis.Events;
using Aldis.Sqlite;
using Aldis.Transports;

namespace Aldis;

/// <summary>What is written in transactions of the user. After the commit the watch notices it, as it notices what other processes write.</summary>
public sealed partial class SqliteTransport : ITransactionStore
{
    /// <inheritdoc/>
    ValueTask ITransactionStore.PublishAsync(DbTransaction transaction, Envelope envelope, CancellationToken cancel) => DoAsync(transaction, database =>
    {
        using var topics = new TopicTable(database);
        using var events = new EventTable(database);
        var appender = new Appender(topics, events);
        appender.Append(envelope);
        appender.Finish();
    }, cancel);

    /// <inheritdoc/>
    ValueTask ITransactionStore.ScheduleAsync(DbTransaction transaction, ScheduledEvent later, CancellationToken cancel) => DoAsync(transaction, database =>
    {
        using var schedule = new ScheduleTable(database);
        schedule.Insert(later, Engine.Clock.Now);
    }, cancel);

    /// <inheritdoc/>
    ValueTask<bool> ITransactionStore.TryEnterInboxAsync(DbTransaction transaction, InboxEntry entry, CancellationToken cancel) => InAsync(transaction, database =>
    {
        using var inbox = new InboxTable(database);
        return inbox.TryEnter(entry.Group, entry.Id, entry.Keep, Engine.Clock.Now);
    }, cancel);

    private ValueTask DoAsync(DbTransaction transaction, Action<Database> work, CancellationToken cancel)
    {
        var done = InAsync(transaction, database =>
        {
            work(database);
            return true;
        }, cancel);
        return done.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(done.AsTask());
    }

    private ValueTask<T> InAsync<T>(DbTransaction transaction, Func<Database, T> work, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return new(UserTransaction.Run(transaction, Engine.File, _options.LockTimeout, work));
    }
}
