namespace Aldis;

/// <summary>Where dead letters are kept. Safe for any thread.</summary>
public interface IDeadLetterStore
{
    /// <summary>Lists dead letters, the oldest first. What dies while it is being read may or may not be seen.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancel">Ends the reading.</param>
    IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default);

    /// <summary>Hands dead letters back to their groups, with the same id and with attempts counted from 1 again.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>How many went back.</returns>
    ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default);

    /// <summary>Throws dead letters away for good.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>How many are gone.</returns>
    ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default);
}
