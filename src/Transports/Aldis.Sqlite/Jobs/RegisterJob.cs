using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>Makes this process a worker. If it was one before and was lost, its private groups are lost with it.</summary>
internal sealed class RegisterJob(WorkerSession session) : WriteJob
{
    private long _worker;
    private long _leaseUntil;

    public override bool ConcernsOthers => false;

    public override void Execute(Store store)
    {
        _leaseUntil = session.LeaseFrom(store.Clock.Now);
        _worker = store.Workers.Insert(ProcessIdentity.Current, _leaseUntil);
        Oblivion.ForgetOrphans(store);
    }

    protected override void Committed() => session.Become(_worker, _leaseUntil);
}
