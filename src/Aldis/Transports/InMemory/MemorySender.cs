using Aldis.Events;

namespace Aldis.Transports;

internal sealed class MemorySender(MemoryTopic topic) : ISender
{
    public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        await topic.WaitForRoomAsync(cancel).ConfigureAwait(false);
        topic.Publish(batch.Span);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
