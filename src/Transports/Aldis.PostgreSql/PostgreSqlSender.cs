using Aldis.Events;
using Aldis.PostgreSql;
using Aldis.Transports;

namespace Aldis;

/// <summary>A way into a topic. What one batch has is stored in one transaction.</summary>
internal sealed class PostgreSqlSender(Engine engine, TopicName topic) : ISender
{
    /// <summary>What has been sent is not abandoned halfway: it is stored or failed within the command timeout.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        var id = await engine.TopicAsync(topic, cancel).ConfigureAwait(false);
        try
        {
            await AppendAsync(id, batch, cancel).ConfigureAwait(false);
        }
        catch (AldisException error) when (batch.Length > 1 && ServerFault.ConcernsTheData(error))
        {
            // One of them spoiled it for all: alone, only that one fails.
            await SendEachAsync(id, batch, cancel).ConfigureAwait(false);
        }

        engine.Pulses.Beat(topic);
        engine.Notifier.Tell(topic);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask SendEachAsync(int id, ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        AldisException? failed = null;
        for (var index = 0; index < batch.Length; index++)
        {
            try
            {
                await AppendAsync(id, batch.Slice(index, 1), cancel).ConfigureAwait(false);
            }
            catch (AldisException error) when (ServerFault.ConcernsTheData(error))
            {
                failed = error;
            }
        }

        if (failed is not null)
        {
            throw failed;
        }
    }

    private async ValueTask AppendAsync(int id, ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        var columns = new EnvelopeColumns(batch.Length);
        foreach (var envelope in batch.Span)
        {
            columns.Add(envelope);
        }

        await engine.Server.ScalarAsync<object>(columns.To(new Call(engine.Server.Texts.Append).With(id)), cancel).ConfigureAwait(false);
    }
}
