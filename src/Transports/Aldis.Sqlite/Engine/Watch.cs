using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>
/// Looks out for what other processes do: something written (then receivers look for it), a worker dead or silent (then its events are taken
/// over). Renews this worker's lease while handlers run long. Reads only, but for what it finds to do.
/// </summary>
/// <remarks>
/// It sleeps until the bell rings, for a second at most. A second later it looks all the same, for a process may die between its commit and the bell;
/// where the file has not changed, that is one statement, which reads a number from shared memory.
/// </remarks>
internal sealed class Watch : IAsyncDisposable
{
    /// <summary>How often it looks where the bell does not work.</summary>
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private static readonly Task _never = new TaskCompletionSource().Task;

    private readonly Database _database;
    private readonly Statement _version;
    private readonly Statement _awaited;
    private readonly Engine _engine;
    private readonly TimeSpan _round;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private List<WorkerRow> _workers = [];
    private long _seen;
    private long _seenInRound;
    private long _nextRound;

    public Watch(Database database, Engine engine)
    {
        (_database, _engine) = (database, engine);
        _round = engine.Session.Step < _second ? engine.Session.Step : _second;
        _version = new Statement(database, "PRAGMA data_version");
        // The topics of which some group has something to do, or will have: an event may have become due sooner than its receivers know.
        _awaited = new Statement(database, """
            SELECT topic FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic
            WHERE cursor < last OR EXISTS (SELECT 1 FROM aldis_delivery WHERE grp = aldis_group.id AND state = 0)
            """);
    }

    /// <summary>Takes over what dead workers left, then looks out.</summary>
    public async Task StartAsync()
    {
        await MakeRoundAsync().ConfigureAwait(false);
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _version.Dispose();
        _awaited.Dispose();
        _database.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            var rung = _engine.Bell.Next;
            var wait = await TryLookAsync().ConfigureAwait(false)
                ? Pulse.WaitAsync(rung, UntilNext(), _engine.Time, _stop.Token)
                : Pulse.WaitAsync(_never, _round, _engine.Time, _stop.Token);
            await wait.AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan UntilNext()
    {
        var round = TimeSpan.FromMilliseconds(Math.Max(0, _nextRound - _engine.Clock.Now));
        return _engine.Bell.Works || round < _glance ? round : _glance;
    }

    /// <summary>Whatever fails, the watch goes on: without it the lease of this worker would run out. After a failure it waits a round.</summary>
    private async Task<bool> TryLookAsync()
    {
        try
        {
            await LookAsync().ConfigureAwait(false);
            return true;
        }
        catch (Exception error)
        {
            _engine.Log.WatchFailed(error);
            return false;
        }
    }

    private async Task LookAsync()
    {
        if (_engine.Session.NeedsRenewal(_engine.Clock.Now))
        {
            await RenewAsync().ConfigureAwait(false);
        }

        if (_engine.Clock.Now >= _nextRound)
        {
            await MakeRoundAsync().ConfigureAwait(false);
        }
        else if (HasChanged(ref _seen))
        {
            _engine.Pulses.Beat(Awaited());
        }
    }

    /// <summary>Nobody rings for a worker that is not there, so one that is lost registers anew at once.</summary>
    private async Task RenewAsync()
    {
        var session = _engine.Session;
        await _engine.Writer.RunAsync(new RenewJob(session)).ConfigureAwait(false);
        if (session.IsLost)
        {
            await session.RegisterAsync(_engine.Writer, session.Worker).ConfigureAwait(false);
            _engine.Pulses.BeatAll();
        }
    }

    /// <summary>Looks after everything. What has changed since the round before is looked at by all receivers, whatever the bell has told.</summary>
    private async Task MakeRoundAsync()
    {
        _nextRound = _engine.Clock.Now + (long)_round.TotalMilliseconds;
        _engine.Bell.Mend();
        var isChanged = HasChanged(ref _seenInRound);
        if (isChanged)
        {
            _seen = _seenInRound;
            _workers = WorkerRow.ReadAll(_database);
            _engine.Pulses.BeatAll();
        }

        await TakeOverAsync().ConfigureAwait(false);
        if (_engine.Session.Worker != 0)
        {
            await _engine.Sweep.ForgetDoneAsync().ConfigureAwait(false);
        }

        if (_workers.Count > 0 && _workers.Min(worker => worker.Id) == _engine.Session.Worker)
        {
            await _engine.Sweep.RunAsync(isChanged).ConfigureAwait(false);
        }
    }

    /// <summary>Whether any connection has written since the last time this was asked.</summary>
    private bool HasChanged(ref long seen)
    {
        var before = seen;
        return (seen = _version.Scalar() ?? 0) != before;
    }

    private List<long> Awaited()
    {
        var topics = new List<long>();
        while (_awaited.Read())
        {
            topics.Add(_awaited.Int64(0));
        }

        return topics;
    }

    /// <summary>Damage to what one worker held keeps nothing else from being done.</summary>
    private async Task TakeOverAsync()
    {
        var now = _engine.Clock.Now;
        foreach (var worker in _workers.Where(worker => worker.Id != _engine.Session.Worker))
        {
            var isGone = IsGone(worker);
            if (isGone || worker.LeaseUntil < now)
            {
                await TakeOverAsync(new TakeOverJob(worker.Id, isGone, _engine.Pulses), worker.Id).ConfigureAwait(false);
            }
        }
    }

    private async Task TakeOverAsync(TakeOverJob job, long worker)
    {
        try
        {
            await _engine.Writer.RunAsync(job).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not TransportException failed || !SqliteFault.ConcernsAll(failed))
        {
            _engine.Log.TakeOverFailed(worker, error);
        }
    }

    /// <summary>Whoever wrote into the file before the machine was started anew is gone, too.</summary>
    private static bool IsGone(WorkerRow worker)
    {
        var me = ProcessIdentity.Current;
        return me.IsGone(worker.Host, worker.Process, worker.Started) || (me.Boot is not null && !worker.Host.StartsWith(me.Boot, StringComparison.Ordinal));
    }
}
