using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Aldis.Events;

namespace Aldis.Transports;

/// <summary>
/// Queues in the memory of this process: for tests, and for events that need not survive it. Everything a durable transport promises but
/// durability holds: groups, attempts, delays, dead letters, settlement together with what was published.
/// </summary>
public sealed class InMemoryTransport : ITransport, IDeliveryStore, IInbox, IScheduleStore, IBacklog
{
    private readonly ConcurrentDictionary<TopicName, MemoryTopic> _topics = new();
    private readonly ConcurrentDictionary<MemoryReceiver, MemoryGroup> _receivers = new();
    private readonly InMemoryOptions _options;
    private readonly TimeProvider _time;
    private readonly MemoryInbox _inbox;
    private readonly MemorySchedule _schedule;

    /// <summary>Makes an empty transport.</summary>
    /// <param name="options">How much it holds.</param>
    /// <param name="time">The clock of delays.</param>
    public InMemoryTransport(InMemoryOptions options, TimeProvider time) 
    {
        (_options, _time) = (options, time);
        _inbox = new MemoryInbox(time);
        _schedule = new MemorySchedule(time);
    }

    /// <inheritdoc/>
    public TransportFeatures Features { get; } = new()
    {
        System = "aldis", Durable = Durability.InMemory, Ordered = true, KeyOrder = true, DeadLetters = true, Delays = true, AtomicSettlement = true, Remembers = true, Schedules = true,
    };

    /// <inheritdoc/>
    public ValueTask StartAsync(CancellationToken cancel) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => new(new MemorySender(Topic(topic)));

    /// <inheritdoc/>
    public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var topic = Topic(spec.Topic);
        var group = topic.Group(spec.Group);
        var receiver = new MemoryReceiver(group, Topic, _inbox, _schedule, gone => Forget(gone, spec.IsPrivate ? topic : null));
        _receivers.TryAdd(receiver, group);
        return new(receiver);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DeadLetter> ListAsync(
        DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        foreach (var letter in Matching(filter).SelectMany(group => group.DeadLetters(filter)).OrderBy(letter => letter.DiedAt))
        {
            cancel.ThrowIfCancellationRequested();
            yield return letter;
        }

        await ValueTask.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default)
        => new(Matching(filter).Sum(group => group.Redrive(filter)));

    /// <inheritdoc/>
    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (letter.CheckCopy(copy) is { } fault)
        {
            throw new AldisException(fault);
        }

        return new(Matching(new DeadLetterFilter { Topic = copy.Topic.Value, Group = letter.Group.Value }).Any(group => group.Replace(letter.Envelope.Id, copy)));
    }

    /// <inheritdoc/>
    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default)
        => new(Matching(filter).Sum(group => group.Discard(filter)));

    /// <inheritdoc/>
    public ValueTask AdoptAsync(GroupName group, IReadOnlyList<Settlement> deliveries, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        foreach (var settlement in deliveries)
        {
            Topic(settlement.Delivery.Envelope.Topic).Group(group).Adopt(settlement);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlySet<string>> HeldKeysAsync(TopicName topic, GroupName group, IReadOnlySet<string> keys, CancellationToken cancel)
        => new(Find(topic, group)?.HeldKeys(keys) ?? new HashSet<string>());

    /// <inheritdoc/>
    public ValueTask<bool> ContainsAsync(GroupName group, EventId id, CancellationToken cancel) => new(_inbox.Contains(group, id));

    /// <inheritdoc/>
    public ValueTask RememberAsync(IReadOnlyCollection<InboxEntry> handled, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(handled);
        foreach (var entry in handled)
        {
            _inbox.Remember(entry);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    async IAsyncEnumerable<DueEvent> ISchedule.ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var one in _schedule.List())
        {
            cancel.ThrowIfCancellationRequested();
            yield return one;
        }

        await ValueTask.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    ValueTask<bool> ISchedule.CancelAsync(EventId id, CancellationToken cancel) => new(_schedule.Cancel(id));

    /// <inheritdoc/>
    public ValueTask ScheduleAsync(IReadOnlyCollection<ScheduledEvent> events, CancellationToken cancel)
    {
        _schedule.Add(events);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<TimeSpan?> FireDueAsync(Func<Envelope, CancellationToken, ValueTask>? publish, CancellationToken cancel)
    {
        publish ??= (envelope, _) =>
        {
            Topic(envelope.Topic).Publish([envelope]);
            return ValueTask.CompletedTask;
        };
        while (_schedule.TakeDue() is { } due)
        {
            try
            {
                await publish(due.Envelope, cancel).ConfigureAwait(false);
            }
            catch
            {
                _schedule.Add([due]);
                throw;
            }
        }

        return _schedule.Next;
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset> SlotAsync(string timetable, DateTimeOffset beginning, CancellationToken cancel)
        => new(_schedule.Slot(timetable, beginning));

    /// <inheritdoc/>
    public ValueTask<bool> TakeSlotAsync(string timetable, DateTimeOffset from, DateTimeOffset to, ScheduledEvent? @event, CancellationToken cancel)
        => new(_schedule.TakeSlot(timetable, from, to, @event));

    /// <inheritdoc/>
    public ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel)
    {
        var found = Find(topic, group);
        return found is null
            ? new(default(Backlog))
            : new(_receivers.Where(one => one.Value == found).Aggregate(found.Backlog(), (sum, one) => sum.And(one.Key.Backlog())));
    }

    /// <summary>Disposes the receivers, which return what they hold. What is here lives as long as this object.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers.Keys)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>For a test: what a group could be given now, what it holds, and when more comes.</summary>
    internal (int Due, int Out, TimeSpan? NextDue) Look(TopicName topic, GroupName group)
        => Find(topic, group)?.Look() ?? default;

    /// <summary>For a test that has moved the clock: the receivers of a group look again.</summary>
    internal void Wake(TopicName topic, GroupName group) => Find(topic, group)?.Wake();

    /// <summary>For a test: how long until the next event is due that was published for later, or null.</summary>
    internal TimeSpan? NextScheduled => _schedule.Next;

    private MemoryTopic Topic(TopicName name) => _topics.GetOrAdd(name, static (_, made) => new MemoryTopic(made._options, made._time), this);

    private MemoryGroup? Find(TopicName topic, GroupName group)
        => _topics.TryGetValue(topic, out var known) ? known.Groups.FirstOrDefault(one => one.Name == group) : null;

    /// <summary>A receiver is gone, and its group with it where it was the only one's.</summary>
    private void Forget(MemoryReceiver receiver, MemoryTopic? privateOf)
    {
        if (_receivers.TryRemove(receiver, out var group))
        {
            privateOf?.Forget(group);
        }
    }

    private IEnumerable<MemoryGroup> Matching(DeadLetterFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return _topics.Where(topic => filter.Topic is null || topic.Key.Value == filter.Topic)
            .SelectMany(topic => topic.Value.Groups)
            .Where(group => filter.Group is null || group.Name.Value == filter.Group);
    }
}
