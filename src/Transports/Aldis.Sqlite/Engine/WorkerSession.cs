namespace Aldis.Sqlite;

/// <summary>This process as a worker: the row under which it holds leases. Renewed with the claims it makes, and by the watch while handlers run long.</summary>
internal sealed class WorkerSession(TimeSpan lease) : IDisposable
{
    private readonly SemaphoreSlim _registering = new(1);
    private readonly long _lease = (long)lease.TotalMilliseconds;

    /// <summary>The worker's id, or 0 before it is registered.</summary>
    public long Worker { get; private set; }

    /// <summary>Until when its lease holds, in file time.</summary>
    public long LeaseUntil { get; set; }

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
                var until = 0L;
                Worker = await new Work<long>(store => store.Workers.Insert(ProcessIdentity.Current, until = store.Clock.Now + _lease))
                    .OnAsync(writer).ConfigureAwait(false);
                LeaseUntil = until;
            }
        }
        finally
        {
            _registering.Release();
        }
    }

    /// <summary>Renews the lease inside a transaction when half of it has gone.</summary>
    /// <returns>Until when it holds now; 0 where the worker is lost.</returns>
    public long Renew(Store store, long now)
    {
        if (LeaseUntil - now > _lease / 2)
        {
            return LeaseUntil;
        }

        return store.Workers.Renew(Worker, now + _lease) ? now + _lease : 0;
    }

    public void Dispose() => _registering.Dispose();
}
