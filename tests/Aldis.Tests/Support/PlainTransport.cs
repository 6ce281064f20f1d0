using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Tests.Support;

/// <summary>A transport that can do little: it sends, receives and settles, and keeps dead letters.</summary>
internal sealed class PlainTransport(InMemoryTransport inner) : ITransport, IDeadLetterStore
{
    public TransportFeatures Features { get; } = new() { System = "plain", Durable = Durability.InMemory };

    public ValueTask StartAsync(CancellationToken cancel) => inner.StartAsync(cancel);

    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => inner.OpenSenderAsync(topic, cancel);

    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
        => new PlainReceiver(await inner.OpenReceiverAsync(spec, cancel));

    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => inner.ListAsync(filter, cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => inner.RedriveAsync(filter, cancel);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default) => inner.ReplaceAsync(letter, copy, cancel);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => inner.DiscardAsync(filter, cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class PlainReceiver(IReceiver inner) : IReceiver
    {
        public ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel) => inner.ReceiveAsync(buffer, cancel);

        public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
        {
            foreach (var one in batch.Span)
            {
                Assert.True(one is { Published.Count: 0, Scheduled: null, Remember: null }, "the transport was asked for what it cannot do");
            }

            return inner.SettleAsync(batch, cancel);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
