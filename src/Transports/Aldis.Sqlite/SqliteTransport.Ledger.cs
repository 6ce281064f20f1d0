using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Aldis.Events;
using Aldis.Sqlite;
using Aldis.Transports;

namespace Aldis;

/// <summary>What the file keeps beside the queue: what was handled, and what is to be published later.</summary>
public sealed partial class SqliteTransport : IInbox, IScheduleStore, IDeliveryStore
{
    /// <inheritdoc/>
    public ValueTask<bool> ContainsAsync(GroupName group, EventId id, CancellationToken cancel) => new(Engine.Ledger.Contains(group, id, Engine.Clock.Now));

    /// <inheritdoc/>
    public async ValueTask RememberAsync(IReadOnlyCollection<InboxEntry> handled, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(handled);
        await WriteAsync(store =>
        {
            foreach (var entry in handled)
            {
                store.Inbox.Remember(entry.Group, entry.Id, entry.Keep, store.Clock.Now);
            }

            return true;
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AdoptAsync(GroupName group, IReadOnlyList<Settlement> deliveries, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        await Engine.Writer.RunAsync(new AdoptJob(group, deliveries, _context.Time, Engine.Pulses)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlySet<string>> HeldKeysAsync(TopicName topic, GroupName group, IReadOnlySet<string> keys, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return new(Engine.Ledger.HeldKeys(topic, group, keys));
    }

    /// <inheritdoc/>
    async IAsyncEnumerable<DueEvent> ISchedule.ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var database = DatabaseFile.OpenReader(_path, _options);
        var (now, wall) = (Engine.Clock.Now, _context.Time.GetUtcNow());
        var after = (long.MinValue, 0L);
        while (ScheduleTable.Read(database, now, wall, ref after) is { Count: > 0 } page)
        {
            foreach (var one in page)
            {
                cancel.ThrowIfCancellationRequested();
                yield return one;
            }

            await Task.Yield();
        }
    }

    /// <inheritdoc/>
    ValueTask<bool> ISchedule.CancelAsync(EventId id, CancellationToken cancel) => WriteAsync(store => store.Schedule.Cancel(id));

    /// <inheritdoc/>
    public async ValueTask ScheduleAsync(IReadOnlyCollection<ScheduledEvent> events, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(events);
        await WriteAsync(store =>
        {
            foreach (var one in events)
            {
                store.Schedule.Insert(one, store.Clock.Now);
            }

            return true;
        }, adds: true).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<TimeSpan?> FireDueAsync(Func<Envelope, CancellationToken, ValueTask>? publish, CancellationToken cancel)
    {
        while (NextDue() is { } next)
        {
            if (next > TimeSpan.Zero)
            {
                return next;
            }

            await (publish is null ? FireAsync() : RelayAsync(publish, cancel)).ConfigureAwait(false);
        }

        return null;
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset> SlotAsync(string timetable, DateTimeOffset beginning, CancellationToken cancel)
        => WriteAsync(store => store.Schedule.Slot(timetable, beginning));

    /// <inheritdoc/>
    public ValueTask<bool> TakeSlotAsync(string timetable, DateTimeOffset from, DateTimeOffset to, ScheduledEvent? @event, CancellationToken cancel)
        => WriteAsync(store =>
        {
            var isTaken = store.Schedule.TakeSlot(timetable, from, to);
            if (isTaken && @event is not null)
            {
                store.Schedule.Insert(@event, store.Clock.Now);
            }

            return isTaken;
        }, adds: @event is not null);

    private TimeSpan? NextDue() => Engine.Ledger.NextDue(Engine.Clock.Now, _context.Time.GetUtcNow());

    private async Task FireAsync()
    {
        var job = new FireJob(_context.Time, Engine.Pulses);
        await Engine.Writer.RunAsync(job).ConfigureAwait(false);
        Tell(job.Damaged);
    }

    private void Tell(IReadOnlyList<DamagedEvent> damaged)
    {
        foreach (var one in damaged)
        {
            Engine.Log.ScheduledEventSetAside(one.Number, one.Reason);
        }
    }

    /// <summary>
    /// Publishes elsewhere what is due: events of one key one after the other, those of different keys side by side. It stays in the file until it is published; what cannot be is due
    /// again when the lease of <see cref="TakeDueJob"/> has run out, with what comes after it in its key.
    /// </summary>
    private async Task RelayAsync(Func<Envelope, CancellationToken, ValueTask> publish, CancellationToken cancel)
    {
        var job = new TakeDueJob(_context.Time);
        await Engine.Writer.RunAsync(job).ConfigureAwait(false);
        Tell(job.Damaged);
        var published = new ConcurrentQueue<long>();
        var all = Task.WhenAll(job.Due.GroupBy(one => (one.Envelope.Topic, one.Envelope.Key ?? one.Envelope.Id.ToString())).Select(async inOrder =>
        {
            foreach (var (row, envelope) in inOrder)
            {
                await publish(envelope, cancel).ConfigureAwait(false);
                published.Enqueue(row);
            }
        }));
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await WriteAsync(store =>
        {
            foreach (var row in published)
            {
                store.Schedule.Delete(row);
            }

            return true;
        }).ConfigureAwait(false);
        await all.ConfigureAwait(false);
    }

    private ValueTask<T> WriteAsync<T>(Func<Store, T> work, bool adds = false) => new Work<T>(work, adds: adds).OnAsync(Engine.Writer);
}
