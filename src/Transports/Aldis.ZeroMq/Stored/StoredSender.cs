using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>A way into a topic: into the ledger, from which every group gets it.</summary>
/// <param name="ledger">The ledger's own way in.</param>
/// <param name="maxBody">What does not fit into a message is not taken, since nobody would ever get it.</param>
internal sealed class StoredSender(ISender ledger, int maxBody) : ISender
{
    public int MaxCalls => ledger.MaxCalls;

    public int MaxBatch => ledger.MaxBatch;

    public ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        foreach (var envelope in batch.Span)
        {
            if (envelope.Body.Length > maxBody || envelope.Headers.Any(header => header.Value.Length >= MessageWriter.NoText / 3))
            {
                throw new TransportException(new Fault(ErrorCodes.BodyTooLarge, $"{envelope} is too large for a message (ZeroMqOptions.MaxMessageBytes), or one of its headers is."));
            }
        }

        return ledger.SendAsync(batch, cancel);
    }

    public ValueTask DisposeAsync() => ledger.DisposeAsync();
}
