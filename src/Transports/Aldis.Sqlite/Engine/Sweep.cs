namespace Aldis.Sqlite;

/// <summary>
/// Cleans the file up, in steps, so that no other write waits long: forgets what the inbox and the events that are kept have no use for any more, and gives
/// room that stays free back to the file system. One of the workers on the file does it: the oldest. But each forgets what it need not keep any longer by its own options.
/// </summary>
internal sealed class Sweep : IDisposable
{
    private const int MostSteps = 100;
    private const int PagesInStep = 256;

    /// <summary>How long room has to be free before it is given back, for a queue that fills and drains needs it again.</summary>
    private const long Patience = 10_000;

    /// <summary>How much room stays free in any case, in pages, and as a part of what is used.</summary>
    private const long LeastSpare = 256;
    private const long SpareOfUsed = 10;

    private readonly Database _database;
    private readonly Engine _engine;
    private readonly Statement _nextOld;
    private readonly Statement _done;
    private readonly Statement _free;
    private readonly Statement _pages;
    private readonly bool _canShrink;
    private long? _oldFrom;
    private long _freeBefore;
    private long _nextShrink;
    private long _nextForget;

    public Sweep(Database database, Engine engine)
    {
        (_database, _engine) = (database, engine);
        _nextOld = new Statement(database, "SELECT min(until) FROM aldis_inbox");
        _done = EventTable.DoneQuery(database);
        _free = new Statement(database, "PRAGMA freelist_count");
        _pages = new Statement(database, "PRAGMA page_count");
        _canShrink = database.Scalar("PRAGMA auto_vacuum") == 2;
    }

    /// <summary>Forgets the events that are done. To be called about once a second, by each worker.</summary>
    public async ValueTask ForgetDoneAsync()
    {
        if (_engine.Clock.Now >= _nextForget)
        {
            var isThrough = true;
            foreach (var topic in Done())
            {
                isThrough &= await ForgetDoneAsync(topic).ConfigureAwait(false);
            }

            _nextForget = isThrough ? _engine.Clock.Now + Patience : 0;
        }
    }

    /// <summary>Does the rest. To be called about once a second.</summary>
    /// <param name="isChanged">Whether anybody has written since the last time.</param>
    public async ValueTask RunAsync(bool isChanged)
    {
        var now = _engine.Clock.Now;
        if (isChanged)
        {
            _oldFrom = _nextOld.Scalar();
        }

        if (_oldFrom <= now)
        {
            await StepAsync(store => store.Inbox.Forget(store.Clock.Now)).ConfigureAwait(false);
        }

        if (_canShrink && now >= _nextShrink)
        {
            _nextShrink = now + Patience;
            await ShrinkAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _nextOld.Dispose();
        _done.Dispose();
        _free.Dispose();
        _pages.Dispose();
        _database.Dispose();
    }

    /// <summary>False where there may be more than can be done at a time.</summary>
    private async ValueTask<bool> ForgetDoneAsync(long topic)
    {
        long? from = 0;
        for (var number = 0; from is { } first && number < MostSteps; number++)
        {
            var step = new Work<long?>(store => store.Events.Forget(topic, first, store.Groups.Floor(topic), _engine.Time.GetUtcNow()), concernsOthers: false);
            from = await step.OnAsync(_engine.Writer).ConfigureAwait(false);
        }

        return from is null;
    }

    private List<long> Done()
    {
        var topics = new List<long>();
        while (_done.Read())
        {
            topics.Add(_done.Int64(0));
        }

        return topics;
    }

    /// <summary>Gives back what was free the last time and is still.</summary>
    private async ValueTask ShrinkAsync()
    {
        var (free, before) = (_free.Scalar() ?? 0, _freeBefore);
        _freeBefore = free;
        var used = (_pages.Scalar() ?? 0) - free;
        var pages = Math.Min(free, before) - Math.Max(LeastSpare, used / SpareOfUsed);
        if (pages > 0)
        {
            await StepAsync(store =>
            {
                store.Shrink((int)Math.Min(PagesInStep, pages));
                return (pages -= PagesInStep) > 0;
            }).ConfigureAwait(false);

            // The file itself grows and shrinks when the log is moved to it.
            _database.Execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
    }

    /// <summary>Does steps as long as one says that there may be more.</summary>
    private async ValueTask StepAsync(Func<Store, bool> step)
    {
        var isMore = true;
        for (var number = 0; isMore && number < MostSteps; number++)
        {
            isMore = await new Work<bool>(step, concernsOthers: false).OnAsync(_engine.Writer).ConfigureAwait(false);
        }
    }
}
