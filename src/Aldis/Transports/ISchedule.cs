namespace Aldis;

/// <summary>The events that are to be published later. Safe for any thread.</summary>
public interface ISchedule
{
    /// <summary>Lists them, the next one first. What changes while it is being read may or may not be seen.</summary>
    /// <param name="cancel">Ends the reading.</param>
    IAsyncEnumerable<DueEvent> ListAsync(CancellationToken cancel = default);

    /// <summary>Takes an event out: it will not be published.</summary>
    /// <param name="id">Its identity, which its publish has returned.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>False where it is not there: it was published already, or cancelled.</returns>
    ValueTask<bool> CancelAsync(EventId id, CancellationToken cancel = default);
}
