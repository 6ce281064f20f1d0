using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>Takes what is due, to be published elsewhere. What is not forgotten by the end of the lease is due again.</summary>
internal sealed class TakeDueJob(TimeProvider time) : WriteJob
{
    private const long Lease = 30_000;

    /// <summary>What is due.</summary>
    public IReadOnlyList<(long Row, Envelope Envelope)> Due { get; private set; } = [];

    /// <summary>What was due, too, and cannot be published.</summary>
    public IReadOnlyList<DamagedEvent> Damaged { get; private set; } = [];

    public override void Execute(Store store)
    {
        (Due, Damaged) = store.Schedule.Due(store.Clock.Now, time.GetUtcNow());
        foreach (var (row, _) in Due)
        {
            store.Schedule.Postpone(row, store.Clock.Now + Lease);
        }
    }
}
