namespace Aldis.Sqs;

/// <summary>Where the dead letters of a group are. Safe for any thread.</summary>
internal interface IGraveyard
{
    /// <summary>Adds dead letters. All are kept when it returns.</summary>
    /// <exception cref="TransportException">Not all are kept.</exception>
    ValueTask BuryAsync(IReadOnlyList<DeadMessage> dead, CancellationToken cancel);

    /// <summary>Looks at those that are meant, and lets somebody deal with them.</summary>
    /// <param name="filter">Which are meant.</param>
    /// <param name="deal">Deals with them, the oldest first; those that it returns are gone, all others stay.</param>
    /// <param name="cancel">Ends the wait.</param>
    ValueTask VisitAsync(DeadLetterFilter filter, Func<IReadOnlyList<DeadMessage>, ValueTask<IReadOnlyList<DeadMessage>>> deal, CancellationToken cancel);
}
