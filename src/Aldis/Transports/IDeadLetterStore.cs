using Aldis.Events;

namespace Aldis;

/// <summary>Where dead letters are kept. Safe for any thread.</summary>
public interface IDeadLetterStore
{
    /// <summary>Lists dead letters, the oldest first. What dies while it is being read may or may not be seen.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancel">Ends the reading.</param>
    IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default);

    /// <summary>
    /// Hands dead letters back to their groups, with the same id and with attempts counted from 1 again. One that holds its key comes before the
    /// events that wait for it; any other comes when it comes.
    /// </summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>How many went back.</returns>
    ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default);

    /// <summary>
    /// Puts a corrected copy in the place of a dead letter: to the group it is an event of its own, with attempts counted from 1, and comes where
    /// the original would come if it were redriven. The original is gone, in the same step. Other groups are not concerned.
    /// </summary>
    /// <param name="letter">The dead letter, as it was listed.</param>
    /// <param name="copy">The copy, with an id of its own and with the topic and the key of the original.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>False where the dead letter is not there any more; then nothing happens.</returns>
    /// <exception cref="AldisException">ALD1420: the copy cannot take the place of the dead letter (<see cref="DeadLetter.CheckCopy"/>).</exception>
    ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default);

    /// <summary>Throws dead letters away for good; what waits behind them comes.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>How many are gone.</returns>
    ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default);
}
