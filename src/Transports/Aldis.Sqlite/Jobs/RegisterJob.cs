namespace Aldis.Sqlite;

/// <summary>Makes this process a worker.</summary>
internal sealed class RegisterJob(WorkerSession session) : WriteJob
{
    private long _worker;
    private long _leaseUntil;

    public override void Execute(Store store)
    {
        _leaseUntil = session.LeaseFrom(store.Clock.Now);
        _worker = store.Workers.Insert(ProcessIdentity.Current, _leaseUntil);
    }

    protected override void Committed() => session.Become(_worker, _leaseUntil);
}
