namespace Aldis.Sqlite;

/// <summary>
/// Removes this worker when its process is through with the file. What it holds still, because it could not be returned before, goes back in the
/// same transaction: nobody would look for what a worker holds that is not there.
/// </summary>
internal sealed class ResignJob(long worker) : WriteJob
{
    public override void Execute(Store store)
    {
        if (store.Workers.Delete(worker, store.Clock.Now, whateverItsLease: true))
        {
            Oblivion.ForgetOrphans(store);
            Unclaim.ReturnAll(store, worker, attempts: 0, lost: 0);
            store.Deliveries.ReturnAll(worker);
        }
    }
}
