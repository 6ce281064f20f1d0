namespace Aldis.Sqlite;

/// <summary>
/// Takes over what a worker held that is dead or silent beyond its lease. Its attempt counts: the event may be what killed it. Its private groups
/// are forgotten.
/// </summary>
internal sealed class TakeOverJob(long worker, bool isGone, Pulses pulses) : WriteJob
{
    public override void Execute(Store store)
    {
        if (store.Workers.Delete(worker, store.Clock.Now, isGone))
        {
            Oblivion.ForgetOrphans(store);
            Unclaim.ReturnAll(store, worker, attempts: 1, lost: 1);
            store.Deliveries.TakeOver(worker, store.Clock.Now);
        }
    }

    protected override void Committed() => pulses.BeatAll();
}
