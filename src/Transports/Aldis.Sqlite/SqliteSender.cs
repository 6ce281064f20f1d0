using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>A way into a topic. The writer does the work.</summary>
internal sealed class SqliteSender(Engine engine) : ISender
{
    /// <summary>What is being written is not abandoned halfway: this ends when it is on the disk or has failed, whatever is waited for until then: the disk, or another process's lock.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return new ValueTask(engine.Writer.RunAsync(new PublishJob(batch, engine.Pulses)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
