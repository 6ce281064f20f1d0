using Aldis.Transports;

namespace Aldis.PostgreSql;

/// <summary>This process as a worker: the row under which it holds leases. Registered with the first receiver, renewed by the watch.</summary>
internal sealed class WorkerSession(Server server, TimeSpan lease, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _registering = new(1);
    private int _worker;
    private long _renewed;

    /// <summary>The worker's id, or 0 before it is registered.</summary>
    public int Worker => Volatile.Read(ref _worker);

    /// <summary>Registers the worker, unless another caller has done so meanwhile.</summary>
    /// <param name="lost">The id that turned out to be lost, or 0.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask RegisterAsync(int lost, CancellationToken cancel)
    {
        await _registering.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (Worker == lost)
            {
                var (now, me) = (time.GetTimestamp(), ProcessIdentity.Current);
                var call = new Call(server.Texts.Register).With(me.Host).With(me.Process).With(me.Started).With(lease.TotalMilliseconds);
                Volatile.Write(ref _worker, await server.ScalarAsync<int>(call, cancel).ConfigureAwait(false));
                _renewed = now;
            }
        }
        finally
        {
            _registering.Release();
        }
    }

    /// <summary>Renews the lease when a quarter of it has gone.</summary>
    /// <returns>The id that others have taken for that of a dead worker, or 0.</returns>
    public async ValueTask<int> RenewAsync()
    {
        var (now, worker) = (time.GetTimestamp(), Worker);
        if (worker == 0 || time.GetElapsedTime(_renewed, now) < lease / 4)
        {
            return 0;
        }

        var isThere = await server.ScalarAsync<int>(new Call(server.Texts.Renew).With(worker).With(lease.TotalMilliseconds)).ConfigureAwait(false) == worker;
        _renewed = isThere ? now : _renewed;
        return isThere ? 0 : worker;
    }

    /// <summary>Nothing is held any more.</summary>
    public async ValueTask ResignAsync()
    {
        if (Interlocked.Exchange(ref _worker, 0) is not 0 and var worker)
        {
            await server.ScalarAsync<bool>(new Call(server.Texts.TakeOver).With(worker).With(true)).ConfigureAwait(false);
        }
    }

    public void Dispose() => _registering.Dispose();
}
