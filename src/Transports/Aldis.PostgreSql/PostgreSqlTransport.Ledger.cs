using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Aldis.Errors;
using Aldis.Events;
using Aldis.PostgreSql;
using Aldis.Transports;
using Npgsql;

namespace Aldis;

/// <content>What the database keeps beside the queue: what was handled, what is to be published later, and deliveries of another transport.</content>
public sealed partial class PostgreSqlTransport : IInbox, IScheduleStore, IDeliveryStore
{
    private const int Part = 512;

    private static readonly TimeSpan _elsewhere = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public Task? Changed => Engine.Pulses.Schedule.Next;

    /// <inheritdoc/>
    public ValueTask<bool> ContainsAsync(GroupName group, EventId id, CancellationToken cancel)
        => Engine.Server.ScalarAsync<bool>(new Call(Engine.Server.Texts.InboxHas).With(group.Value).With(id.Value), cancel);

    /// <inheritdoc/>
    public async ValueTask RememberAsync(IReadOnlyCollection<InboxEntry> handled, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(handled);
        var call = new Call(Engine.Server.Texts.InboxRemember).With(handled.Select(one => (string?)one.Group.Value).ToArray()).With(handled.Select(one => one.Id.Value).ToArray())
            .With(handled.Select(one => one.Keep.TotalMilliseconds).ToArray());
        await Engine.Server.ScalarAsync<object>(call, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AdoptAsync(GroupName group, IReadOnlyList<Settlement> deliveries, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        T[] Each<T>(Func<Settlement, T> value) => [.. deliveries.Select(value)];
        var envelopes = new EnvelopeColumns(deliveries.Count);
        foreach (var one in deliveries)
        {
            envelopes.Add(one.Delivery.Envelope);
        }

        var engine = Engine;
        var call = new Call(engine.Server.Texts.Adopt).With(group.Value).With(Each(one => (string?)one.Delivery.Envelope.Topic.Value)).With(Each(one => (int)one.Verdict.Kind))
            .With(Each(one => one.Verdict.After.TotalMilliseconds)).With(Each(one => one.Delivery.Attempt)).With(Each(one => EnvelopeText.Storable(one.Verdict.Reason)))
            .With(Each(one => EnvelopeText.Storable(one.Verdict.Error))).With(Each(one => one.Verdict.HoldsKey)).With(engine.Time.GetUtcNow().UtcTicks).With(DeadLetter.Here);
        if (await engine.Server.ScalarAsync<int[]>(envelopes.To(call), cancel).ConfigureAwait(false) is null)
        {
            throw new TransportException(new Fault(ErrorCodes.NotRunning, $"The group '{group}' is not open, so that nothing can be adopted for it."));
        }

        TopicName[] topics = [.. deliveries.Select(one => one.Delivery.Envelope.Topic).Distinct()];
        engine.Pulses.Beat(topics);
        engine.Notifier.Tell(topics);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlySet<string>> HeldKeysAsync(TopicName topic, GroupName group, IReadOnlySet<string> keys, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var call = new Call(Engine.Server.Texts.HeldKeys).With(topic.Value).With(group.Value).With(keys.ToArray<string?>());
        return (await Engine.Server.ScalarAsync<string[]>(call, cancel).ConfigureAwait(false) ?? []).ToHashSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    async IAsyncEnumerable<DueEvent> ISchedule.ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var (wall, due, number) = (_context.Time.GetUtcNow(), DateTime.UnixEpoch.AddYears(-1000), 0L);
        while (true)
        {
            var page = await Engine.Server.RowsAsync(new Call(Engine.Server.Texts.ListDue).With((DateTime?)due).With(number),
                row => (Due: row.GetDateTime(1), Number: row.GetInt64(2), Event: DueOf(row, wall)), cancel).ConfigureAwait(false);
            foreach (var one in page)
            {
                cancel.ThrowIfCancellationRequested();
                (due, number) = (one.Due, one.Number);
                yield return one.Event;
            }

            if (page.Count < 100)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    ValueTask<bool> ISchedule.CancelAsync(EventId id, CancellationToken cancel) => Engine.Server.ScalarAsync<bool>(new Call(Engine.Server.Texts.Cancel).With(id.Value), cancel);

    /// <inheritdoc/>
    public async ValueTask ScheduleAsync(IReadOnlyCollection<ScheduledEvent> events, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(events);
        var columns = new ScheduleColumns();
        foreach (var one in events)
        {
            columns.Add(one);
        }

        await Engine.Server.ScalarAsync<object>(columns.To(new Call(Engine.Server.Texts.Keep)), cancel).ConfigureAwait(false);
        Engine.Pulses.Schedule.Beat();
    }

    /// <inheritdoc/>
    public async ValueTask<TimeSpan?> FireDueAsync(Func<Envelope, CancellationToken, ValueTask>? publish, CancellationToken cancel)
    {
        var relaying = publish is null ? null : new Relaying(publish, _context.Time, cancel);
        bool isMore;
        do
        {
            isMore = relaying is null ? await FireAsync(cancel).ConfigureAwait(false) : await RelayAsync(relaying, cancel).ConfigureAwait(false);
        }
        while (isMore);

        if (relaying?.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        // While another one publishes what is due, there is nothing to look for in short steps.
        var least = relaying is { IsElsewhere: true } ? _elsewhere.TotalMilliseconds : 1;
        return await Engine.Server.ScalarAsync<double?>(new Call(Engine.Server.Texts.NextDue), cancel).ConfigureAwait(false) is { } next
            ? TimeSpan.FromMilliseconds(Math.Clamp(next, least, TimeSpan.FromDays(365_000).TotalMilliseconds)) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset> SlotAsync(string timetable, DateTimeOffset beginning, CancellationToken cancel)
    {
        // Of two that begin it at the same time one does not see what the other has begun; when it asks again, it does.
        long slot = 0;
        while (slot == 0)
        {
            slot = await Engine.Server.ScalarAsync<long>(new Call(Engine.Server.Texts.Slot).With(timetable).With(beginning.UtcTicks), cancel).ConfigureAwait(false);
        }

        return new DateTimeOffset(slot, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TakeSlotAsync(string timetable, DateTimeOffset from, DateTimeOffset to, ScheduledEvent? @event, CancellationToken cancel)
    {
        var texts = Engine.Server.Texts;
        var take = new Call(@event is null ? texts.TakeSlot : texts.TakeSlotFor).With(timetable).With(from.UtcTicks).With(to.UtcTicks);
        var isTaken = await Engine.Server.ScalarAsync<bool>(@event is null ? take : Keep(take, @event), cancel).ConfigureAwait(false);
        Engine.Pulses.Schedule.Beat();
        return isTaken;
    }

    private static DueEvent DueOf(NpgsqlDataReader row, DateTimeOffset wall)
    {
        var left = Math.Min(row.GetDouble(0), (DateTimeOffset.MaxValue - wall).TotalMilliseconds - 1);
        return new DueEvent(EnvelopeText.Read(row, 4, TopicName.Parse(row.GetString(3))), wall.AddMilliseconds(left));
    }

    private Call KeepOne(ScheduledEvent one) => Keep(new Call(Engine.Server.Texts.KeepOne), one);

    private static Call Keep(Call call, ScheduledEvent one)
        => EnvelopeColumns.To(call.With(ScheduleColumns.AtOf(one)).With(ScheduleColumns.AfterOf(one)).With(one.Envelope.Topic.Value), one.Envelope);

    /// <summary>Publishes what is due on the database's own topics.</summary>
    /// <returns>Whether there may be more.</returns>
    private async ValueTask<bool> FireAsync(CancellationToken cancel)
    {
        var (fired, names) = await Engine.Server.RowAsync(new Call(Engine.Server.Texts.Fire).With(Part),
            static row => (row.GetInt32(0), row.IsDBNull(1) ? [] : row.GetFieldValue<string[]>(1)), cancel).ConfigureAwait(false);
        TopicName[] topics = [.. names.Select(TopicName.Parse)];
        Engine.Pulses.Beat(topics);
        Engine.Notifier.Tell(topics);
        return fired == Part;
    }

    /// <summary>
    /// Publishes elsewhere what is due. It stays in the database, locked, until it is published; if this process dies or is stopped meanwhile, another one publishes it.
    /// One at a time does so: that keeps the order.
    /// </summary>
    /// <returns>Whether there may be more.</returns>
    private ValueTask<bool> RelayAsync(Relaying relaying, CancellationToken cancel) => Engine.Server.RunAsync(async connection =>
    {
        var texts = Engine.Server.Texts;
        var transaction = await connection.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            using var begin = new Call(texts.BeginRelay).On(connection, transaction);
            var reader = await begin.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                if (!await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false) || !reader.GetBoolean(1))
                {
                    relaying.IsElsewhere = true;
                    return false;
                }
            }

            var due = await DueAsync(connection, transaction, relaying).ConfigureAwait(false);
            if (await relaying.PublishAsync(due).ConfigureAwait(false) is { Count: > 0 } done)
            {
                using var delete = new Call(texts.DeleteDue).With([.. done.Select(envelope => envelope.Id.Value)]).On(connection, transaction);
                await delete.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return (due.Count == Part || relaying.IsLeft) && relaying.MayGoOn;
        }
    }, cancel);

    private async ValueTask<List<Envelope>> DueAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Relaying relaying)
    {
        var (topics, keys) = relaying.LeftOut;
        using var command = new Call(Engine.Server.Texts.Due).With(Part).With(topics).With(keys).On(connection, transaction);
        var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var due = new List<Envelope>();
            while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                due.Add(EnvelopeText.Read(reader, 1, TopicName.Parse(reader.GetString(0))));
            }

            return due;
        }
    }
}
