using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>
/// Does before a settlement what the transport cannot do together with it: then a crash in between repeats an event but loses none. What a handler published or scheduled is
/// stored first, then the events are remembered as handled.
/// </summary>
/// <param name="group">The group.</param>
/// <param name="publish">Publishes, where the transport cannot settle and publish in one step; else null.</param>
/// <param name="schedule">Keeps what is scheduled, where it is not the transport; else null.</param>
/// <param name="inbox">Remembers, where it is not the transport; else null.</param>
internal sealed class Supplement(GroupName group, Func<Envelope, ValueTask>? publish, IScheduleStore? schedule, IInbox? inbox)
{
    /// <summary>Whether the transport does everything itself.</summary>
    public bool IsEmpty => publish is null && schedule is null && inbox is null;

    /// <summary>Does what has to be done first, and gives what is left for the transport.</summary>
    public async ValueTask<ReadOnlyMemory<Settlement>> ApplyAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        var settlements = batch.ToArray();
        if (publish is not null)
        {
            await Task.WhenAll(settlements.SelectMany(one => one.Published).Select(envelope => publish(envelope).AsTask())).ConfigureAwait(false);
        }

        if (schedule is not null && settlements.SelectMany(one => one.Scheduled ?? []).ToArray() is { Length: > 0 } later)
        {
            await schedule.ScheduleAsync(later, cancel).ConfigureAwait(false);
        }

        if (inbox is not null && Handled(settlements) is { Length: > 0 } handled)
        {
            await inbox.RememberAsync(handled, cancel).ConfigureAwait(false);
        }

        return Array.ConvertAll(settlements, Strip);
    }

    private InboxEntry[] Handled(Settlement[] settlements)
        => [.. settlements.Where(one => one.Remember is not null).Select(one => new InboxEntry(group, one.Delivery.Envelope.Id, one.Remember!.Value))];

    private Settlement Strip(Settlement settlement) => settlement with
    {
        Published = publish is null ? settlement.Published : [],
        Scheduled = schedule is null ? settlement.Scheduled : null,
        Remember = inbox is null ? settlement.Remember : null,
    };
}
