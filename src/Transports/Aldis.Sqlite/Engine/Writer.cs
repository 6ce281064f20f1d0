using System.Collections.Concurrent;
using Aldis.Errors;

namespace Aldis.Sqlite;

/// <summary>
/// The only writer of this process: one thread, one connection. It takes all jobs that wait, does them in one transaction and reports them when
/// it is on the disk. So the price of an fsync is shared by all who publish, claim and settle at the time, and nobody in this process waits for
/// a lock.
/// </summary>
internal sealed class Writer : IDisposable
{
    private const int MaxJobs = 256;

    /// <summary>How often to ask for the lock at first, and for how long.</summary>
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan _longestGathering = TimeSpan.FromMicroseconds(200);

    /// <summary>From so many events in a transaction on, waiting for half as long as it took is worth it; for fewer, an eighth is where somebody waits for the first job.</summary>
    private const int Many = 8;

    /// <summary>A moment of the disk, whatever clock the bus goes by.</summary>
    private static readonly TimeProvider _clock = TimeProvider.System;

    private readonly BlockingCollection<WriteJob> _jobs = new(new ConcurrentQueue<WriteJob>());
    private readonly Database _database;
    private readonly Store _store;
    private readonly Thread _thread;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly LogGuard _log;
    private readonly DiskReserve _reserve;
    private readonly WorkerSession _session;
    private readonly StandingClaims _standing;
    private readonly Bell _bell;
    private readonly TimeSpan _lockTimeout;
    private bool _isAwaited;
    private TimeSpan _last;
    private int _expected;
    private int _events;

    public Writer(
        Database database, Store store, WorkerSession session, StandingClaims standing, Bell bell, LogGuard log, DiskReserve reserve, TimeSpan lockTimeout)
    {
        (_database, _session, _standing, _bell, _lockTimeout) = (database, session, standing, bell, lockTimeout);
        _database.WaitForLocks(TimeSpan.Zero);
        _store = store;
        (_log, _reserve) = (log, reserve);
        _begin = new Statement(database, "BEGIN IMMEDIATE");
        _commit = new Statement(database, "COMMIT");
        _thread = new Thread(Run) { IsBackground = true, Name = "Aldis SQLite writer" };
        _thread.Start();
    }

    /// <summary>Does a job together with others. Completes when it is on the disk.</summary>
    /// <exception cref="TransportException">It is not, or not known to be.</exception>
    public Task RunAsync(WriteJob job)
    {
        try
        {
            _jobs.Add(job);
        }
        catch (Exception error) when (error is InvalidOperationException or ObjectDisposedException)
        {
            job.Fail(new TransportException(new Fault(ErrorCodes.NotRunning, "The SQLite transport is closed."), inner: error));
        }

        return job.Completion;
    }

    /// <summary>Does what waits, then closes the file.</summary>
    public void Dispose()
    {
        _jobs.CompleteAdding();
        _thread.Join();
        _begin.Dispose();
        _commit.Dispose();
        _store.Dispose();
        _database.Dispose();
        _jobs.Dispose();
    }

    private void Run()
    {
        _reserve.Refusal();
        var batch = new List<WriteJob>(MaxJobs);
        foreach (var first in _jobs.GetConsumingEnumerable())
        {
            Gather(batch, first);
            TurnAway(batch);
            var (count, events, began) = (batch.Count, batch.Sum(static job => job.Events), _clock.GetTimestamp());
            RunTogether(batch);
            (_last, _expected, _events) = (_clock.GetElapsedTime(began), count + _jobs.Count, events);
            batch.Clear();
        }
    }

    /// <summary>
    /// Takes what waits. Those who waited for the last transaction are on their way back with something new, as a rule within microseconds of each other: whoever comes first
    /// waits for as many as there were, for a moment that is short beside an fsync, so that they share one. What lets go of something, as a settlement
    /// does, has nobody who waits for it: alone it waits for a publisher, or one publisher's event would take a transaction to come and another one to go.
    /// </summary>
    private void Gather(List<WriteJob> batch, WriteJob first)
    {
        batch.Add(first);
        var (began, isUrgent) = (_clock.GetTimestamp(), first.NeedsRoom);
        var longest = TimeSpan.FromTicks(Math.Min(_last.Ticks / (isUrgent && _events < Many ? 8 : 2), _longestGathering.Ticks));
        var expected = isUrgent ? _expected : Math.Max(_expected, 2);
        while (batch.Count + _jobs.Count < expected && _clock.GetElapsedTime(began) < longest)
        {
            Thread.Yield();
        }

        while (batch.Count < MaxJobs && _jobs.TryTake(out var next))
        {
            batch.Add(next);
        }
    }

    /// <summary>While the log cannot be emptied, only what lets go of something is done; on a full disk, all but what adds something.</summary>
    private void TurnAway(List<WriteJob> batch)
    {
        if (_log.Refusal is not null)
        {
            _log.Retry();
        }

        if (_log.Refusal is { } refusal)
        {
            TurnAway(batch, static job => job.NeedsRoom, refusal);
        }

        if (batch.Exists(static job => job.Adds) && _reserve.Refusal() is { } full)
        {
            TurnAway(batch, static job => job.Adds, full);
        }
    }

    private static void TurnAway(List<WriteJob> batch, Predicate<WriteJob> whom, Exception why)
    {
        batch.FindAll(whom).ForEach(job => job.Fail(why));
        batch.RemoveAll(whom);
    }

    /// <summary>Does the jobs in one transaction.</summary>
    /// <param name="batch">The jobs.</param>
    /// <param name="wasFull">Whether the disk was found full, and all room that could be made was made.</param>
    private void RunTogether(List<WriteJob> batch, bool wasFull = false)
    {
        if (batch.Count == 0)
        {
            return;
        }

        if (TryCommit(batch) is not { } error)
        {
            batch.ForEach(job => job.Succeed());
            if (_isAwaited)
            {
                _bell.Ring();
            }

            _log.Look();
        }
        else if (error is TransportException { MayBeStored: false } full && full.Fault.Code == ErrorCodes.DiskFull && (!wasFull || batch.Exists(static job => job.NeedsRoom)))
        {
            // What adds something gives way, and then what takes something on: what lets go may still find room.
            TurnAway(batch, wasFull ? static job => job.NeedsRoom : static job => job.Adds, full);
            _reserve.GiveUp();
            _log.TryBeginAnew();
            RunTogether(batch, wasFull: true);
        }
        else if (batch.Count == 1 || error is TransportException { MayBeStored: true } || error is TransportException failed && SqliteFault.ConcernsAll(failed))
        {
            batch.ForEach(job => job.Fail(error));
        }
        else
        {
            // One of them spoiled it for all: alone, only that one fails.
            batch.ForEach(job => RunTogether([job]));
        }
    }

    /// <summary>Commits the jobs in one transaction, or tells why nothing of them happened.</summary>
    private Exception? TryCommit(List<WriteJob> batch)
    {
        var committing = false;
        try
        {
            Begin();
            batch.ForEach(job => job.Execute(_store));
            ClaimForThoseWhoWait(batch);
            _isAwaited = IsAwaited(batch);
            committing = true;
            _commit.Run();
            return null;
        }
        catch (Exception error)
        {
            RollBack();
            return committing && error is TransportException failed ? SqliteFault.OfCommit(failed) : error;
        }
    }

    /// <summary>All of them are jobs of the batch before the first is done: one that fails must not leave the others where nobody would end them.</summary>
    private void ClaimForThoseWhoWait(List<WriteJob> batch)
    {
        var claims = _standing.Take(batch.SelectMany(job => job.Topics));
        batch.AddRange(claims);
        foreach (var claim in claims)
        {
            claim.Execute(_store);
        }
    }

    /// <summary>
    /// Waits for the lock of the file in short steps. Another process has it for a millisecond or less, as a rule; SQLite's own steps grow so fast that whoever
    /// came late would be served last.
    /// </summary>
    private void Begin()
    {
        for (var waited = TimeSpan.Zero; !_begin.TryRun();)
        {
            if (waited >= _lockTimeout)
            {
                _begin.Run();
                return;
            }

            var step = waited < _patience ? _step : 10 * _step;
#pragma warning disable RS0030 // Nothing tells that another process has given the lock back, and this thread has nothing else to do.
            Thread.Sleep(step);
#pragma warning restore RS0030
            waited += step;
        }
    }

    /// <summary>
    /// Whether some other worker may wait for what is being written. Whoever registers after this transaction finds it by itself, for it claims after it
    /// has registered; so one who is alone with the file rings no bell.
    /// </summary>
    private bool IsAwaited(List<WriteJob> batch) => batch.Exists(job => job.ConcernsOthers) && _store.Workers.HasOthers(_session.Worker);

    private void RollBack()
    {
        _store.Reset();
        try
        {
            // SQLite has already rolled back by itself after some errors.
            if (_database.InTransaction)
            {
                _database.Execute("ROLLBACK");
            }
        }
        catch (TransportException)
        {
            // The transaction ends with the error that is being reported; the next BEGIN tells whether the file works again.
        }
    }
}
