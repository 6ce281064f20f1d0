using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Tests.Support;

/// <summary>A transport in memory that fails while it is told to, and keeps a record of what is asked of it.</summary>
internal sealed class FaultyTransport(InMemoryTransport inner) : ITransport, IDeadLetterStore, IInbox, IScheduleStore, IBacklog
{
    private int _receives;
    private int _settled;
    private int _unsettled;
    private int _mostUnsettled;

    public TransportFeatures Features { get; set; } = inner.Features;

    /// <summary>Thrown by every ReceiveAsync while it is set.</summary>
    public Exception? ReceiveError { get; set; }

    /// <summary>Thrown by every SettleAsync while it is set.</summary>
    public Exception? SettleError { get; set; }

    /// <summary>Thrown by every SendAsync while it is set.</summary>
    public Exception? SendError { get; set; }

    /// <summary>Thrown by every SendAsync after it has sent, while it is set.</summary>
    public Exception? SendErrorAfter { get; set; }

    /// <summary>The ids of what was sent, in order.</summary>
    public ConcurrentQueue<EventId> Sent { get; } = new();

    /// <summary>Thrown by every OpenSenderAsync while it is set.</summary>
    public Exception? OpenSenderError { get; set; }

    /// <summary>Thrown by the DisposeAsync of every receiver while it is set.</summary>
    public Exception? DisposeReceiverError { get; set; }

    /// <summary>Answers every ReadBacklogAsync.</summary>
    public Func<TopicName, GroupName, CancellationToken, ValueTask<Backlog>> ReadBacklog { get; set; } = inner.ReadBacklogAsync;

    /// <summary>Awaited by every SendAsync.</summary>
    public Func<TopicName, CancellationToken, Task> BeforeSend { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Awaited by every SettleAsync.</summary>
    public Func<Task> BeforeSettle { get; set; } = static () => Task.CompletedTask;

    /// <summary>How many deliveries more than there are every ReceiveAsync says that it has brought.</summary>
    public int AddToReceived { get; set; }

    /// <summary>Awaited when a receiver is opened, before it is.</summary>
    public Func<ReceiverSpec, Task> BeforeOpenReceiver { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What was done, in order: <c>send topic xN</c>, <c>settle xN</c>, <c>dispose</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Every settlement that the transport was given.</summary>
    public ConcurrentQueue<Settlement> Settlements { get; } = new();

    /// <summary>How many times ReceiveAsync was called.</summary>
    public int Receives => Volatile.Read(ref _receives);

    /// <summary>How many settlements are through.</summary>
    public int Settled => Volatile.Read(ref _settled);

    /// <summary>The most deliveries that were handed out and not settled at a time.</summary>
    public int MostUnsettled => Volatile.Read(ref _mostUnsettled);

    public ValueTask StartAsync(CancellationToken cancel) => inner.StartAsync(cancel);

    public async ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel)
    {
        await Task.Yield();
        return OpenSenderError is { } error ? throw error : new Sender(this, topic, await inner.OpenSenderAsync(topic, cancel));
    }

    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        await BeforeOpenReceiver(spec);
        return new Receiver(this, await inner.OpenReceiverAsync(spec, cancel));
    }

    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => inner.ListAsync(filter, cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => inner.RedriveAsync(filter, cancel);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default) => inner.ReplaceAsync(letter, copy, cancel);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => inner.DiscardAsync(filter, cancel);

    public ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel) => ReadBacklog(topic, group, cancel);

    public ValueTask DisposeAsync()
    {
        Calls.Enqueue("dispose");
        return inner.DisposeAsync();
    }

    private sealed class Sender(FaultyTransport owner, TopicName topic, ISender sender) : ISender
    {
        public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
        {
            await owner.BeforeSend(topic, cancel);
            if (owner.SendError is { } error)
            {
                throw error;
            }

            await sender.SendAsync(batch, cancel);
            Array.ForEach(batch.ToArray(), envelope => owner.Sent.Enqueue(envelope.Id));
            if (owner.SendErrorAfter is { } after)
            {
                throw after;
            }

            owner.Calls.Enqueue($"send {topic} x{batch.Length}");
        }

        public ValueTask DisposeAsync() => sender.DisposeAsync();
    }

    public ValueTask<bool> ContainsAsync(GroupName group, EventId id, CancellationToken cancel) => inner.ContainsAsync(group, id, cancel);

    public ValueTask RememberAsync(IReadOnlyCollection<InboxEntry> handled, CancellationToken cancel) => inner.RememberAsync(handled, cancel);

    IAsyncEnumerable<DueEvent> ISchedule.ListAsync(CancellationToken cancel) => ((ISchedule)inner).ListAsync(cancel);

    ValueTask<bool> ISchedule.CancelAsync(EventId id, CancellationToken cancel) => ((ISchedule)inner).CancelAsync(id, cancel);

    public ValueTask ScheduleAsync(IReadOnlyCollection<ScheduledEvent> events, CancellationToken cancel) => inner.ScheduleAsync(events, cancel);

    public ValueTask<TimeSpan?> FireDueAsync(Func<Envelope, CancellationToken, ValueTask>? publish, CancellationToken cancel) => inner.FireDueAsync(publish, cancel);

    public ValueTask<DateTimeOffset> SlotAsync(string timetable, DateTimeOffset beginning, CancellationToken cancel) => inner.SlotAsync(timetable, beginning, cancel);

    public ValueTask<bool> TakeSlotAsync(string timetable, DateTimeOffset from, DateTimeOffset to, ScheduledEvent? @event, CancellationToken cancel)
        => inner.TakeSlotAsync(timetable, from, to, @event, cancel);

    private sealed class Receiver(FaultyTransport owner, IReceiver receiver) : IReceiver
    {
        public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
        {
            await Task.Yield();
            Interlocked.Increment(ref owner._receives);
            if (owner.ReceiveError is { } error)
            {
                throw error;
            }

            var count = await receiver.ReceiveAsync(buffer, cancel);
            var unsettled = Interlocked.Add(ref owner._unsettled, count);
            owner._mostUnsettled = Math.Max(owner._mostUnsettled, unsettled);
            return count + owner.AddToReceived;
        }

        public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
        {
            await Task.Yield();
            await owner.BeforeSettle();
            if (owner.SettleError is { } error)
            {
                throw error;
            }

            foreach (var settlement in batch.ToArray())
            {
                owner.Settlements.Enqueue(settlement);
            }

            owner.Calls.Enqueue($"settle x{batch.Length}");
            Interlocked.Add(ref owner._unsettled, -batch.Length);
            var refused = await receiver.SettleAsync(batch, cancel);
            Interlocked.Add(ref owner._settled, batch.Length);
            return refused;
        }

        public async ValueTask DisposeAsync()
        {
            await receiver.DisposeAsync();
            if (owner.DisposeReceiverError is { } error)
            {
                throw error;
            }
        }
    }
}
