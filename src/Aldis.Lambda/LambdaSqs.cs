using System.Text;
using Aldis.Lambda;

namespace Aldis;

/// <summary>
/// An AWS Lambda function on an SQS queue: takes the JSON of a batch, has the groups of a bus handle it (<see cref="LambdaBuilderExtensions.ReceiveFrom"/>), and returns those that failed
/// as <c>batchItemFailures</c>, which SQS hands out again. The event source mapping has to have <c>ReportBatchItemFailures</c>. Safe for any thread.
/// </summary>
/// <remarks>
/// Each event goes to every group of its topic on the bus, and has failed when one of them failed. Its attempt is how often SQS has handed it out. What a handler wants to be tried again comes when it is visible
/// again; what is dead fails until the redrive policy of the queue takes it for dead, too. In a FIFO queue the later events of a message group are not handled when one before them has
/// failed, and fail with it.
/// </remarks>
public sealed class LambdaSqs
{
    internal Entries Entries { get; } = new();

    /// <summary>Handles a batch.</summary>
    /// <param name="batch">The batch, as Lambda gives it: <c>{"Records":[…]}</c>.</param>
    /// <param name="cancel">Ends the wait, a moment before the function has to end: what is not settled by then has failed.</param>
    /// <returns><c>{"batchItemFailures":[{"itemIdentifier":"…"}]}</c>, with the ids of the messages that failed.</returns>
    /// <exception cref="AldisException">ALD1305: no bus receives from the function. ALD1009: the text is no batch.</exception>
    public async ValueTask<string> HandleAsync(string batch, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Encoding.UTF8.GetString(await HandleAsync(Encoding.UTF8.GetBytes(batch), cancel).ConfigureAwait(false));
    }

    /// <summary>Handles a batch, from a stream to a stream, as a function's handler is called.</summary>
    /// <param name="batch">The batch in UTF-8, read to its end.</param>
    /// <param name="cancel">Ends the wait; what is not settled by then has failed.</param>
    /// <exception cref="AldisException">ALD1305: no bus receives from the function. ALD1009: the text is no batch.</exception>
    public async Task<Stream> HandleAsync(Stream batch, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var read = new MemoryStream();
        await batch.CopyToAsync(read, cancel).ConfigureAwait(false);
        return new MemoryStream(await HandleAsync(read.ToArray(), cancel).ConfigureAwait(false), writable: false);
    }

    private async ValueTask<byte[]> HandleAsync(ReadOnlyMemory<byte> batch, CancellationToken cancel)
    {
        var records = BatchJson.Read(batch);
        return BatchJson.Write(await new BatchRun(Entries, records).RunAsync(cancel).ConfigureAwait(false));
    }
}
