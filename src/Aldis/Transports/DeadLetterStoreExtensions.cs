namespace Aldis;

/// <summary>What every store of dead letters can do, written once.</summary>
public static class DeadLetterStoreExtensions
{
    /// <summary>Looks for one dead letter.</summary>
    /// <param name="store">Where it is kept.</param>
    /// <param name="group">The group that gave it up.</param>
    /// <param name="id">The event.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <returns>The dead letter, or null where there is none.</returns>
    public static async ValueTask<DeadLetter?> FindAsync(this IDeadLetterStore store, string group, EventId id, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(group);
        await foreach (var letter in store.ListAsync(new DeadLetterFilter { Group = group, Id = id }, cancel).ConfigureAwait(false))
        {
            return letter;
        }

        return null;
    }
}
