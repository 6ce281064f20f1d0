using System.Data.Common;
using System.Runtime.CompilerServices;
using Aldis.Events;
using Aldis.Sqlite;
using Aldis.Transports;

namespace Aldis;

/// <summary>What is written in transactions of the user. When such a transaction is over, everybody is woken, as after a commit of the writer's own.</summary>
public sealed partial class SqliteTransport : ITransactionStore
{
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(5);

    private readonly ConditionalWeakTable<DbTransaction, SqliteTransport> _open = [];

    /// <inheritdoc/>
    ValueTask ITransactionStore.PublishAsync(DbTransaction transaction, Envelope envelope, CancellationToken cancel) => DoAsync(transaction, database =>
    {
        using var topics = new TopicTable(database);
        using var events = new EventTable(database, TimeSpan.Zero);
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
        if (_open.TryAdd(transaction, this))
        {
            _ = TellWhenOverAsync(Engine, new WeakReference<DbTransaction>(transaction));
        }

        return done.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(done.AsTask());
    }

    /// <summary>Nothing tells when a transaction of somebody else ends, but that it has lost its connection then. What this misses, the watch finds within a second.</summary>
    private static async Task TellWhenOverAsync(Engine engine, WeakReference<DbTransaction> transaction)
    {
        while (transaction.TryGetTarget(out var open) && open.Connection is not null)
        {
            open = null;
            await Task.Delay(_glance, engine.Time).ConfigureAwait(false);
        }

        engine.Pulses.BeatAll();
        engine.Bell.Ring();
    }

    private ValueTask<T> InAsync<T>(DbTransaction transaction, Func<Database, T> work, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return new(UserTransaction.Run(transaction, Engine.File, _options.LockTimeout, work));
    }
}
