namespace Aldis.Sqlite;

/// <summary>
/// This process as a worker: the row under which it holds leases. Renewed with the claims it makes, and by the watch while handlers run long.
/// Changed only on the writer's thread, after a commit, so that a claim never goes by half of a change.
/// </summary>
internal sealed class WorkerSession(TimeSpan lease) : IDisposable
{
    private readonly SemaphoreSlim _registering = new(1);
    private readonly long _lease = (long)lease.TotalMilliseconds;
    private long _worker;
    private long _leaseUntil;

    /// <summary>The worker's id, or 0 before it is registered.</summary>
    public long Worker => Volatile.Read(ref _worker);

    /// <summary>How often to ask whether the lease <see cref="NeedsRenewal"/>, at least.</summary>
    public TimeSpan Step => lease / 4;

    /// <summary>Whether half of the lease has gone. False while there is no lease.</summary>
    public bool NeedsRenewal(long now) => Volatile.Read(ref _leaseUntil) is not 0 and var until && until - now <= _lease / 2;

    /// <summary>Whether others have taken this worker for dead.</summary>
    public bool IsLost => Worker != 0 && Volatile.Read(ref _leaseUntil) == 0;

    /// <summary>Registers the worker, unless another caller has done so meanwhile.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="lost">The id that turned out to be lost, or 0.</param>
    public async ValueTask RegisterAsync(Writer writer, long lost)
    {
        await _registering.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Worker == lost)
            {
                await writer.RunAsync(new RegisterJob(this)).ConfigureAwait(false);
            }
        }
        finally
        {
            _registering.Release();
        }
    }

    /// <summary>Until when a lease holds that begins now.</summary>
    public long LeaseFrom(long now) => now + _lease;

    /// <summary>
    /// Renews the lease inside a transaction when half of it has gone. A worker that others have removed may hold nothing more: nobody would
    /// look for it.
    /// </summary>
    /// <returns>Until when it holds now; 0 where the worker is lost.</returns>
    public long Renew(Store store, long now)
    {
        if (_leaseUntil - now > _lease / 2)
        {
            return store.Workers.Exists(_worker) ? _leaseUntil : 0;
        }

        return store.Workers.Renew(_worker, LeaseFrom(now)) ? LeaseFrom(now) : 0;
    }

    /// <summary>The worker is registered.</summary>
    public void Become(long worker, long leaseUntil)
    {
        Volatile.Write(ref _worker, worker);
        Volatile.Write(ref _leaseUntil, leaseUntil);
    }

    /// <summary>The worker's lease is renewed, or lost (0). What concerns a worker before this one is out of date.</summary>
    public void Hold(long worker, long leaseUntil)
    {
        if (worker == _worker)
        {
            Volatile.Write(ref _leaseUntil, leaseUntil);
        }
    }

    public void Dispose() => _registering.Dispose();
}
