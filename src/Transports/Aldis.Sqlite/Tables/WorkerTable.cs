using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>The workers that hold leases. The lease of a worker is the lease of all it holds, so renewing is one row.</summary>
internal sealed class WorkerTable : Table
{
    private readonly Statement _insert;
    private readonly Statement _renew;
    private readonly Statement _exists;
    private readonly Statement _delete;
    private readonly Statement _others;
    private readonly Database _database;

    public WorkerTable(Database database) : base(database)
    {
        _database = database;
        _insert = Prepare("INSERT INTO aldis_worker (host, process, started, lease_until) VALUES (?1, ?2, ?3, ?4)");
        _renew = Prepare("UPDATE aldis_worker SET lease_until = ?2 WHERE id = ?1");
        _exists = Prepare("SELECT 1 FROM aldis_worker WHERE id = ?1");
        _others = Prepare("SELECT 1 FROM aldis_worker WHERE id <> ?1 LIMIT 1");
        _delete = Prepare("DELETE FROM aldis_worker WHERE id = ?1 AND (lease_until < ?2 OR ?3)");
    }

    public long Insert(ProcessIdentity process, long leaseUntil)
    {
        _insert.Bind(1, process.Host).Bind(2, process.Process).Bind(3, process.Started).Bind(4, leaseUntil).Run();
        return SQLitePCL.raw.sqlite3_last_insert_rowid(_database.Handle);
    }

    public bool Exists(long worker) => _exists.Bind(1, worker).Scalar() == 1;

    /// <summary>Whether there is any other worker than this one.</summary>
    public bool HasOthers(long worker) => _others.Bind(1, worker).Scalar() == 1;

    /// <summary>False where the worker was taken over meanwhile.</summary>
    public bool Renew(long worker, long leaseUntil) => _renew.Bind(1, worker).Bind(2, leaseUntil).Run() == 1;

    /// <summary>Removes a worker whose lease has run out, or whatever its lease says.</summary>
    /// <returns>False where it is gone already, or has renewed its lease meanwhile.</returns>
    public bool Delete(long worker, long now, bool whateverItsLease)
        => _delete.Bind(1, worker).Bind(2, now).Bind(3, whateverItsLease ? 1 : 0).Run() == 1;
}
