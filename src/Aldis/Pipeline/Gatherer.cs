using Aldis.Transports;

namespace Aldis.Pipeline;

/// <summary>
/// Gathers the events of one stream into batches. It stands where else the user's handler stands: each event goes through the pipeline by itself, waits here
/// for the batch it is in, and goes on with a verdict of its own. So limits, inbox, retries, gates and settlement are the same as ever.
/// </summary>
/// <remarks>
/// A batch begins when it is full, when its first event has waited long enough, or when nothing more can come; and when less than so many run. An event that
/// has failed before, or that was delivered before, is handled alone: so that one bad event is not in the way of the good ones twice.
/// </remarks>
internal sealed class Gatherer : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Batch> _gathering = [];
    private readonly Queue<Batch> _ready = [];
    private readonly BatchRunner _runner;
    private readonly TimeSpan _maxWait;
    private readonly ITimer _timer;
    private int _idle;
    private bool _isDraining;

    /// <summary>Begins to gather.</summary>
    /// <param name="maxItems">The most events in a batch.</param>
    /// <param name="maxWait">How long the first event of a batch waits for others.</param>
    /// <param name="concurrency">How many batches are handled at a time.</param>
    /// <param name="runner">Handles them.</param>
    /// <param name="time">The clock of the wait.</param>
    public Gatherer(int maxItems, TimeSpan maxWait, int concurrency, BatchRunner runner, TimeProvider time)
    {
        (MaxItems, _maxWait, _idle, _runner) = (maxItems, maxWait, concurrency, runner);
        Room = (int)Math.Min((long)maxItems * concurrency, int.MaxValue);
        _timer = time.CreateTimer(static gatherer => ((Gatherer)gatherer!).Hurry(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The most events in a batch.</summary>
    public int MaxItems { get; }

    /// <summary>How many events can be in batches that are handled.</summary>
    public int Room { get; }

    /// <summary>Asked when an event has joined: whether it waits in vain for others, because those that there are wait for it.</summary>
    public Func<bool> WaitsInVain { get; set; } = static () => false;

    /// <summary>Puts an event into a batch and waits until that is handled.</summary>
    public Task<Verdict> JoinAsync<T>(BatchHandler<T> handler, T @event, EventContext context)
    {
        var item = new BatchItem(context);
        lock (_lock)
        {
            if (context.Attempt > 1 || context.Error is not null)
            {
                var alone = new Batch<T>(handler);
                alone.Add(@event, item);
                _ready.Enqueue(alone);
            }
            else
            {
                Gather(handler, @event, item);
            }

            BeginBatches();
        }

        context.Joined();
        return item.Task;
    }

    /// <summary>The batches that are being gathered wait for no more.</summary>
    public void Hurry()
    {
        lock (_lock)
        {
            _gathering.ForEach(batch => batch.IsDue = true);
            BeginBatches();
        }
    }

    /// <summary>From now on no batch waits for more.</summary>
    public void Drain()
    {
        _isDraining = true;
        Hurry();
    }

    public void Dispose() => _timer.Dispose();

    private void Gather<T>(BatchHandler<T> handler, T @event, BatchItem item)
    {
        var batch = Find(handler) ?? Open(handler);
        batch.Add(@event, item);
        batch.IsDue |= _isDraining || WaitsInVain();
        if (batch.Items.Count >= MaxItems)
        {
            _gathering.Remove(batch);
            _ready.Enqueue(batch);
        }
    }

    /// <summary>Usually there is one; each version of an event has its own.</summary>
    private Batch<T>? Find<T>(BatchHandler<T> handler)
    {
        foreach (var one in _gathering)
        {
            if (one is Batch<T> batch && ReferenceEquals(batch.Handler, handler))
            {
                return batch;
            }
        }

        return null;
    }

    private Batch<T> Open<T>(BatchHandler<T> handler)
    {
        var batch = new Batch<T>(handler) { IsDue = _maxWait == TimeSpan.Zero };
        if (_gathering.Count == 0 && !batch.IsDue)
        {
            _timer.Change(_maxWait, Timeout.InfiniteTimeSpan);
        }

        _gathering.Add(batch);
        return batch;
    }

    /// <summary>Called with the lock held. The handlers run elsewhere, and in nobody's context.</summary>
    private void BeginBatches()
    {
        while (_idle > 0 && Next() is { } batch)
        {
            _idle--;
            ThreadPool.UnsafeQueueUserWorkItem(static one => _ = one.Gatherer.RunAsync(one.Batch), (Gatherer: this, Batch: batch), preferLocal: false);
        }
    }

    private Batch? Next()
    {
        if (!_ready.TryDequeue(out var batch) && (batch = _gathering.Find(one => one.IsDue)) is not null)
        {
            _gathering.Remove(batch);
        }

        return batch;
    }

    private async Task RunAsync(Batch batch)
    {
        await _runner.RunAsync(batch).ConfigureAwait(false);
        lock (_lock)
        {
            _idle++;
            BeginBatches();
        }
    }
}
