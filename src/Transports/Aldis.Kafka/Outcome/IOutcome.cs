using Aldis.Transports;

namespace Aldis.Kafka;

/// <summary>Where verdicts go, and what was published with them. Called by one caller at a time.</summary>
internal interface IOutcome : IAsyncDisposable
{
    /// <summary>Whether what is to be tried again waits in the memory of the receiver.</summary>
    bool KeepsRetries { get; }

    /// <summary>Whether verdicts need to be stored that say no more than that an event is done.</summary>
    bool StoresDone { get; }

    /// <summary>Stores verdicts.</summary>
    /// <param name="batch">The verdicts.</param>
    /// <param name="settling">The records that they are about; null for one that is refused.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="TransportException">They are not stored, or perhaps.</exception>
    ValueTask StoreAsync(ReadOnlyMemory<Settlement> batch, IReadOnlyList<Taken?> settling, CancellationToken cancel);
}
