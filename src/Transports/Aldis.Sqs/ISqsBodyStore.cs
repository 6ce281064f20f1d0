namespace Aldis;

/// <summary>
/// Keeps bodies that are too large for a message (a claim check), in S3 for example. An extension point: this package brings none. Safe for any thread.
/// </summary>
public interface ISqsBodyStore
{
    /// <summary>Keeps a body. It is kept when this returns; a body may be kept twice.</summary>
    /// <param name="id">The event.</param>
    /// <param name="body">The body.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>By what it is found: a text of at most 1,000 characters.</returns>
    ValueTask<string> PutAsync(EventId id, ReadOnlyMemory<byte> body, CancellationToken cancel);

    /// <summary>Finds a body. What it throws has the event come again later.</summary>
    /// <param name="reference">What <see cref="PutAsync"/> has given; it may come from another program.</param>
    /// <param name="cancel">Ends the wait.</param>
    ValueTask<ReadOnlyMemory<byte>> GetAsync(string reference, CancellationToken cancel);
}
