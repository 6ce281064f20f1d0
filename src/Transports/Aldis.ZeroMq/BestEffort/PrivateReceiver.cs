using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>The receiver of a private group, whose stall closes with it.</summary>
internal sealed class PrivateReceiver(IReceiver memory, Func<ValueTask> close) : IReceiver
{
    public ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel) => memory.ReceiveAsync(buffer, cancel);

    public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel) => memory.SettleAsync(batch, cancel);

    public async ValueTask DisposeAsync()
    {
        await memory.DisposeAsync().ConfigureAwait(false);
        await close().ConfigureAwait(false);
    }
}
