using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Kafka;

/// <summary>A way into a topic.</summary>
internal sealed class KafkaSender(Cluster cluster, TopicName topic) : ISender
{
    private readonly string _topic = cluster.Names.Topic(topic);

    public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        await cluster.EnsureAsync([(_topic, false)], cancel).ConfigureAwait(false);
        await cluster.Outlet.SendAsync(Records(batch), cancel).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IEnumerable<Outgoing> Records(ReadOnlyMemory<Envelope> batch)
    {
        for (var index = 0; index < batch.Length; index++)
        {
            yield return new Outgoing(_topic, RecordWriter.Event(batch.Span[index]));
        }
    }
}
