using System.Buffers;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.RabbitMq;

/// <summary>A way into a topic: what it is given is confirmed by the broker when the call returns. Several calls are on their way at a time, on one channel.</summary>
internal sealed class RabbitMqSender(PublishLane lane, TopicName topic, RabbitMqOptions options) : ISender
{
    private readonly string _exchange = options.Topology.ExchangeName;
    private readonly bool _mayBeUnroutable = options.WhenUnroutable == RabbitMqUnroutable.Drop;

    public int MaxCalls => 64;

    public int MaxBatch => 16;

    public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var messages = ArrayPool<Outgoing>.Shared.Rent(batch.Length);
        try
        {
            for (var index = 0; index < batch.Length; index++)
            {
                messages[index] = new Outgoing(batch.Span[index], _exchange, topic.Value) { MayBeUnroutable = _mayBeUnroutable };
            }

            await lane.PublishAsync(messages.AsMemory(0, batch.Length), cancel).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<Outgoing>.Shared.Return(messages, clearArray: true);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
