using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Tests.Shared.Toy;

/// <summary>
/// The least that a transport does, as the guide on transports describes it: topics in memory, in which each group has a line of its own. It keeps no dead letters and
/// declares no delays; with a ledger a bus has both, and order by key.
/// </summary>
public sealed class ToyTransport(TimeProvider time) : ITransport
{
    private readonly ConcurrentDictionary<TopicName, ConcurrentDictionary<GroupName, ToyLine>> _topics = new();
    private readonly ConcurrentDictionary<ToyReceiver, bool> _receivers = new();

    public TransportFeatures Features { get; } = new() { System = "toy", Durable = Durability.InMemory, Ordered = true, KeyOwner = true };

    public ValueTask StartAsync(CancellationToken cancel) => ValueTask.CompletedTask;

    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => new(new ToySender(LinesOf(topic)));

    public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        var lines = LinesOf(spec.Topic);
        var receiver = new ToyReceiver(lines.GetOrAdd(spec.Group, _ => new ToyLine(time)), gone =>
        {
            _receivers.TryRemove(gone, out _);
            if (spec.IsPrivate)
            {
                lines.TryRemove(spec.Group, out _);
            }
        });
        _receivers.TryAdd(receiver, true);
        return new(receiver);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers.Keys)
        {
            await receiver.DisposeAsync();
        }
    }

    private ConcurrentDictionary<GroupName, ToyLine> LinesOf(TopicName topic) => _topics.GetOrAdd(topic, _ => new());
}

/// <summary>A way into a topic: each of its groups gets the batch.</summary>
internal sealed class ToySender(ConcurrentDictionary<GroupName, ToyLine> lines) : ISender
{
    public ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        foreach (var line in lines.Values)
        {
            line.Add(batch.Span);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A way out: the line hands events out, and knows who has which.</summary>
internal sealed class ToyReceiver(ToyLine line, Action<ToyReceiver> gone) : IReceiver
{
    private readonly CancellationTokenSource _disposed = new();

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposed.Token);
        return await line.TakeAsync(this, buffer, either.Token);
    }

    public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
        => new([.. batch.ToArray().Where(settlement => !line.Settle(this, settlement))]);

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        line.Leave(this);
        gone(this);
    }
}
