using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.PostgreSql;

/// <summary>
/// Looks into the database, again and again: whether there is anything for the receivers of this process, whether something is due to be published, whether a worker is dead.
/// That is what delivery depends on; what the listener hears only makes it quicker. Renews this worker's lease, and returns what could not be returned before.
/// </summary>
internal sealed class Watch(Engine engine) : IAsyncDisposable
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _looking = Task.CompletedTask;
    private Task _rounds = Task.CompletedTask;
    private Task _sweeping = Task.CompletedTask;
    private volatile bool _sweeps;

    /// <summary>Takes over what dead workers left, then looks out. A server that is away is no fault.</summary>
    public async Task StartAsync()
    {
        await TryAsync(MakeRoundAsync, hasFailed: false).ConfigureAwait(false);

        // Beside each other: while something is being cleaned up, nobody waits longer for what is new, and no lease runs out.
        _looking = RunAsync(BeatAsync, engine.Options.PollOrDefault);
        _rounds = RunAsync(MakeRoundAsync, _second);
        _sweeping = RunAsync(() => _sweeps ? engine.Sweep.RunAsync(_stop.Token) : ValueTask.CompletedTask, _second);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(false);
        await _rounds.ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(Func<ValueTask> look, TimeSpan pause)
    {
        await Task.Yield();
        var hasFailed = false;
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(pause, engine.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stop.IsCancellationRequested)
            {
                hasFailed = !await TryAsync(look, hasFailed).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whatever fails, the watch goes on: without it the lease of this worker would run out.</summary>
    private async ValueTask<bool> TryAsync(Func<ValueTask> look, bool hasFailed)
    {
        try
        {
            await look().ConfigureAwait(false);
            if (hasFailed)
            {
                engine.Log.IsBack(engine.Server.Address);
            }

            return true;
        }
        catch (Exception error)
        {
            if (!hasFailed && !_stop.IsCancellationRequested)
            {
                engine.Log.WatchFailed(engine.Server.Address, error.Message);
            }

            return false;
        }
    }

    private async ValueTask BeatAsync()
    {
        var groups = engine.Groups;
        var (ready, due) = await engine.Care.RowAsync(new Call(engine.Server.Texts.Look).With(groups.Keys.ToArray()),
            static row => (row.GetFieldValue<int[]>(0), row.IsDBNull(1) ? (double?)null : row.GetDouble(1))).ConfigureAwait(false);
        foreach (var group in ready)
        {
            engine.Pulses.Beat(groups[group]);
        }

        if (due <= 0)
        {
            engine.Pulses.Schedule.Beat();
        }
    }

    private async ValueTask MakeRoundAsync()
    {
        var session = engine.Session;
        if (await session.RenewAsync().ConfigureAwait(false) is not 0 and var lost)
        {
            await session.RegisterAsync(lost, _stop.Token).ConfigureAwait(false);
            engine.Pulses.BeatAll();
        }

        await engine.ReturnOwedAsync().ConfigureAwait(false);
        var me = session.Worker;
        var workers = await engine.Care.RowsAsync(new Call(engine.Server.Texts.Workers),
            static row => (Id: row.GetInt32(0), Host: row.GetString(1), Process: row.GetInt32(2), Started: row.GetInt64(3), IsOver: row.GetBoolean(4))).ConfigureAwait(false);
        engine.Notifier.IsAlone = workers.TrueForAll(worker => worker.Id == me);
        foreach (var worker in workers.Where(worker => worker.Id != me))
        {
            // A process on this machine is seen; of one on another machine its lease tells.
            var isGone = ProcessIdentity.Current.IsGone(worker.Host, worker.Process, worker.Started);
            if ((isGone || worker.IsOver)
                && await engine.Care.ScalarAsync<bool>(new Call(engine.Server.Texts.TakeOver).With(worker.Id).With(isGone)).ConfigureAwait(false))
            {
                engine.Log.TakenOver(worker.Id, isGone);
                engine.Pulses.BeatAll();
            }
        }

        // Where all only keep a ledger here, nobody is a worker.
        _sweeps = workers.Count == 0 || workers[0].Id == me;
    }
}
