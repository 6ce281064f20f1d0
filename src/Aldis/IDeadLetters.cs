namespace Aldis;

/// <summary>The dead letters of a bus: what the store of the transport can do, and what takes a bus. Safe for any thread.</summary>
public interface IDeadLetters : IDeadLetterStore
{
    /// <summary>
    /// Hands back the dead letters that are there now, the oldest first, one after another at a rate. What dies meanwhile, or dies again, stays.
    /// </summary>
    /// <param name="filter">Which.</param>
    /// <param name="options">How quickly.</param>
    /// <param name="cancel">Ends the redriving; what went back until then has gone back.</param>
    /// <returns>How many went back.</returns>
    /// <exception cref="ConfigurationException">An option has a value that cannot work.</exception>
    ValueTask<int> RedriveAsync(DeadLetterFilter filter, RedriveOptions options, CancellationToken cancel = default);

    /// <summary>
    /// Puts a corrected event in the place of a dead letter (<see cref="IDeadLetterStore.ReplaceAsync"/>). Its id is new, its key and its headers are
    /// the original's, and its header <c>causationid</c> names the original. An <see cref="Events.Envelope"/> is taken as it is.
    /// </summary>
    /// <typeparam name="T">The type of the event; of the same topic, perhaps of another version.</typeparam>
    /// <param name="letter">The dead letter, as it was listed.</param>
    /// <param name="corrected">The event as it should have been.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>False where the dead letter is not there any more; then nothing happens.</returns>
    /// <exception cref="AldisException">The event is of another topic (ALD1420), is not registered, cannot be encoded, or is over a limit.</exception>
    ValueTask<bool> ReplaceAsync<T>(DeadLetter letter, T corrected, CancellationToken cancel = default) where T : notnull;
}
