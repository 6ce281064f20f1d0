using Microsoft.Extensions.Logging;

namespace Aldis.Sqlite;

/// <summary>
/// Looks out for what other processes do: something written (then receivers look for it), a worker dead or silent (then its events are taken
/// over). Renews this worker's lease while handlers run long. Reads only, but for what it finds to do.
/// </summary>
internal sealed class Watch : IAsyncDisposable
{
    private const int MostSteps = 100;
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly Statement _version;
    private readonly Statement _oldest;
    private readonly Statement _old;
    private readonly Writer _writer;
    private readonly WorkerSession _session;
    private readonly FileClock _clock;
    private readonly Pulses _pulses;
    private readonly ILogger _log;
    private readonly PeriodicTimer _timer;
    private Task _running = Task.CompletedTask;
    private long _seen;
    private long _nextRound;
    private long _quietUntil;

    public Watch(Database database, Writer writer, WorkerSession session, FileClock clock, Pulses pulses, TimeProvider time, ILogger log)
    {
        (_database, _writer, _session, _clock, _pulses, _log) = (database, writer, session, clock, pulses, log);
        _version = new Statement(database, "PRAGMA data_version");
        _oldest = new Statement(database, "SELECT min(id) FROM aldis_worker");
        _old = new Statement(database, "SELECT 1 FROM aldis_inbox WHERE until <= ?1 LIMIT 1");
        _timer = new PeriodicTimer(_glance, time);
    }

    /// <summary>Takes over what dead workers left, then looks out.</summary>
    public async Task StartAsync()
    {
        await TakeOverAsync().ConfigureAwait(false);
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running.ConfigureAwait(false);
        _version.Dispose();
        _oldest.Dispose();
        _old.Dispose();
        _database.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            if (_clock.Now >= _quietUntil)
            {
                await TryLookAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whatever fails, the watch goes on: without it the lease of this worker would run out. After a failure it waits a round.</summary>
    private async Task TryLookAsync()
    {
        try
        {
            await LookAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _quietUntil = _clock.Now + (long)_round.TotalMilliseconds;
            _log.WatchFailed(error);
        }
    }

    private async Task LookAsync()
    {
        if (_session.NeedsRenewal(_clock.Now))
        {
            await _writer.RunAsync(new RenewJob(_session)).ConfigureAwait(false);
        }

        if ((_version.Scalar() ?? 0) is var version && version != _seen)
        {
            _seen = version;
            _pulses.BeatAll();
        }

        if (_clock.Now >= _nextRound)
        {
            _nextRound = _clock.Now + (long)_round.TotalMilliseconds;
            await TakeOverAsync().ConfigureAwait(false);
            await ForgetAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Cleans the inbox, in steps, so that no other write waits long. One of the workers does it: the oldest.</summary>
    private async Task ForgetAsync()
    {
        if (_oldest.Scalar() == _session.Worker && _old.Bind(1, _clock.Now).Scalar() is not null)
        {
            var isMore = true;
            for (var step = 0; isMore && step < MostSteps; step++)
            {
                isMore = await new Work<bool>(store => store.Inbox.Forget(store.Clock.Now)).OnAsync(_writer).ConfigureAwait(false);
            }
        }
    }

    private async Task TakeOverAsync()
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
}
