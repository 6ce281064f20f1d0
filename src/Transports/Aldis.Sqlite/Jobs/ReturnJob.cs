namespace Aldis.Sqlite;

/// <summary>Returns what a receiver has not settled when it is disposed: for others at once, as if it had never been handed out.</summary>
internal sealed class ReturnJob(GroupAddress address, IReadOnlyList<RangeClaim> claims, IReadOnlyList<LeasedRow> rows, Pulses pulses) : WriteJob
{
    public override void Execute(Store store)
    {
        foreach (var claim in claims)
        {
            Unclaim.Return(store, address, claim.Token, attempts: 0, lost: 0);
        }

        foreach (var row in rows)
        {
            store.Deliveries.Return(row, store.Keys.HasBefore(address.GroupId, row.Envelope.Key, row.Number));
        }
    }

    protected override void Committed() => pulses.Beat([address.TopicId]);
}
