using Microsoft.Extensions.Logging;

namespace Aldis.Sqlite;

/// <summary>
/// Looks out for what other processes do: something written (then receivers look for it), a worker dead or silent (then its events are taken
/// over). Renews this worker's lease while handlers run long. Reads only, but for what it finds to do.
/// </summary>
internal sealed class Watch : IAsyncDisposable
{
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly Statement _version;
    private readonly Writer _writer;
    private readonly WorkerSession _session;
    private readonly FileClock _clock;
    private readonly Pulses _pulses;
    private readonly ILogger _log;
    private readonly PeriodicTimer _timer;
    private readonly Task _running;

    public Watch(Database database, Writer writer, WorkerSession session, FileClock clock, Pulses pulses, TimeProvider time, ILogger log)
    {
        (_database, _writer, _session, _clock, _pulses, _log) = (database, writer, session, clock, pulses, log);
        _version = new Statement(database, "PRAGMA data_version");
        _timer = new PeriodicTimer(_glance, time);
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running.ConfigureAwait(false);
        _version.Dispose();
        _database.Dispose();
    }

    /// <summary>Takes over what dead workers held.</summary>
    public async Task TakeOverAsync()
    {
        var now = _clock.Now;
        foreach (var worker in WorkerRow.ReadAll(_database).Where(worker => worker.Id != _session.Worker))
        {
            var isGone = ProcessIdentity.Current.IsGone(worker.Host, worker.Process, worker.Started);
            if (isGone || worker.LeaseUntil < now)
            {
                await _writer.RunAsync(new TakeOverJob(worker.Id, isGone, _pulses)).ConfigureAwait(false);
            }
        }
    }

    private async Task RunAsync()
    {
        var seen = 0L;
        var lastRound = _clock.Now;
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            try
            {
                var version = _version.Scalar() ?? 0;
                if (version != seen)
                {
                    seen = version;
                    _pulses.BeatAll();
                }

                if (_clock.Now - lastRound >= _round.TotalMilliseconds)
                {
                    lastRound = _clock.Now;
                    await RenewAsync().ConfigureAwait(false);
                    await TakeOverAsync().ConfigureAwait(false);
                }
            }
            catch (TransportException error)
            {
                _log.WatchFailed(error);
            }
        }
    }

    private async Task RenewAsync()
    {
        if (_session.Worker != 0 && _session.LeaseUntil != 0)
        {
            _session.LeaseUntil = await new Work<long>(store => _session.Renew(store, store.Clock.Now)).OnAsync(_writer).ConfigureAwait(false);
        }
    }
}
