namespace Aldis.Sqlite;

/// <summary>Renews the worker's lease, or finds out that it is lost.</summary>
internal sealed class RenewJob(WorkerSession session) : WriteJob
{
    private long _worker;
    private long _leaseUntil;

    public override bool ConcernsOthers => false;

    public override void Execute(Store store)
    {
        _worker = session.Worker;
        _leaseUntil = session.Renew(store, store.Clock.Now);
    }

    protected override void Committed() => session.Hold(_worker, _leaseUntil);
}
