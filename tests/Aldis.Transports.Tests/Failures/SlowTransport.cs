using Aldis.Events;

namespace Aldis.Transports.Tests.Failures;

/// <summary>The in-memory transport, but sending on one topic takes until it is released, and cannot be cancelled.</summary>
internal sealed class SlowTransport(TimeProvider time, string slow) : ITransport, IDeadLetterStore
{
    private readonly InMemoryTransport _inner = new(new InMemoryOptions(), time);
    private readonly TaskCompletionSource _sending = new();
    private readonly TaskCompletionSource _released = new();

    public TransportFeatures Features => _inner.Features;

    /// <summary>Ends when something is being sent on the slow topic.</summary>
    public Task Sending => _sending.Task;

    public void Release() => _released.TrySetResult();

    public ValueTask StartAsync(CancellationToken cancel) => _inner.StartAsync(cancel);

    public async ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel)
    {
        var inner = await _inner.OpenSenderAsync(topic, cancel);
        return topic.Value == slow ? new SlowSender(this, inner) : inner;
    }

    public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel) => _inner.OpenReceiverAsync(spec, cancel);

    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _inner.ListAsync(filter, cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _inner.RedriveAsync(filter, cancel);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default) => _inner.ReplaceAsync(letter, copy, cancel);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _inner.DiscardAsync(filter, cancel);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private sealed class SlowSender(SlowTransport owner, ISender inner) : ISender
    {
        public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
        {
            owner._sending.TrySetResult();
            await owner._released.Task;
            await inner.SendAsync(batch, CancellationToken.None);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
