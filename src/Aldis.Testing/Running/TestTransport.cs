using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Running;

/// <summary>The transport in memory, as one process sees it until it dies: what it does is noted, and faults happen on the way.</summary>
internal sealed class TestTransport(World world) : ITransport, IDeadLetterStore, IInbox, IScheduleStore, IBacklog
{
    private readonly ConcurrentDictionary<TestReceiver, bool> _receivers = new();
    private volatile bool _isDead;
    private int _isDoomed;

    public TransportFeatures Features => world.Memory.Features;

    public Task Changed => world.Scheduled;

    /// <summary>Whether its process has died: nothing that it does has an effect any more.</summary>
    public bool IsDead => _isDead;

    public ValueTask StartAsync(CancellationToken cancel) => world.Memory.StartAsync(cancel);

    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => new(new TestSender(this, world));

    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        var receiver = new TestReceiver(this, world, await world.Memory.OpenReceiverAsync(spec, cancel).ConfigureAwait(false), spec);
        _receivers.TryAdd(receiver, true);
        return receiver;
    }

    /// <summary>Whether its process is to die now; said once.</summary>
    public bool Doom() => Interlocked.Exchange(ref _isDoomed, 1) == 0;

    /// <summary>The process is dead from the first line on; what it held comes again, and counts as an attempt.</summary>
    public async ValueTask DieAsync()
    {
        _isDead = true;
        foreach (var receiver in _receivers.Keys)
        {
            await receiver.DieAsync().ConfigureAwait(false);
        }
    }

    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => world.Memory.ListAsync(filter, cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => world.Memory.RedriveAsync(filter, cancel);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default) => world.Memory.ReplaceAsync(letter, copy, cancel);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => world.Memory.DiscardAsync(filter, cancel);

    public ValueTask<bool> ContainsAsync(GroupName group, EventId id, CancellationToken cancel) => world.Memory.ContainsAsync(group, id, cancel);

    public ValueTask RememberAsync(IReadOnlyCollection<InboxEntry> handled, CancellationToken cancel)
        => _isDead ? throw Dead() : world.Memory.RememberAsync(handled, cancel);

    IAsyncEnumerable<DueEvent> ISchedule.ListAsync(CancellationToken cancel) => ((ISchedule)world.Memory).ListAsync(cancel);

    ValueTask<bool> ISchedule.CancelAsync(EventId id, CancellationToken cancel) => ((ISchedule)world.Memory).CancelAsync(id, cancel);

    public async ValueTask ScheduleAsync(IReadOnlyCollection<ScheduledEvent> events, CancellationToken cancel)
    {
        if (_isDead)
        {
            throw Dead();
        }

        foreach (var one in events)
        {
            world.History.Add(HappeningKind.Scheduled, one.Envelope);
        }

        await world.Memory.ScheduleAsync(events, cancel).ConfigureAwait(false);
        world.LookAtSchedule();
    }

    public ValueTask<TimeSpan?> FireDueAsync(Func<Envelope, CancellationToken, ValueTask>? publish, CancellationToken cancel)
        => _isDead ? new(default(TimeSpan?)) : world.FireDueAsync(cancel);

    public ValueTask<DateTimeOffset> SlotAsync(string timetable, DateTimeOffset beginning, CancellationToken cancel)
        => _isDead ? throw Dead() : world.Memory.SlotAsync(timetable, beginning, cancel);

    public async ValueTask<bool> TakeSlotAsync(string timetable, DateTimeOffset from, DateTimeOffset to, ScheduledEvent? @event, CancellationToken cancel)
    {
        var isTaken = !_isDead && await world.Memory.TakeSlotAsync(timetable, from, to, @event, cancel).ConfigureAwait(false);
        world.LookAtSchedule();
        return isTaken;
    }

    public ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel) => world.Memory.ReadBacklogAsync(topic, group, cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>How many deliveries of a group are at work although they were lost.</summary>
    public int Lost(TopicName topic, GroupName group) => _receivers.Keys.Where(receiver => receiver.Serves(topic, group)).Sum(receiver => receiver.Lost);

    /// <summary>A receiver is disposed.</summary>
    public void Forget(TestReceiver receiver) => _receivers.TryRemove(receiver, out _);

    /// <summary>What a dead process is told; nobody is left to hear it.</summary>
    public static TransportException Dead(bool mayBeStored = false)
        => new(new Fault(ErrorCodes.TransportFailed, "The process has died, because the test wanted it."), mayBeStored);
}
