using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>
/// One member of a group: it receives from the ledger of this process, and from those of all publishers that it knows. Each is given credit for as much as is asked for, and no more: what is cancelled
/// takes its credit back.
/// </summary>
internal sealed class StoredReceiver : IReceiver
{
    /// <summary>How long the publishers have to say goodbye; those that do not are silent anyway.</summary>
    private static readonly TimeSpan _farewell = TimeSpan.FromMilliseconds(400);

    /// <summary>So many verdicts go into one call, so that they and the keys that wait for them fit into the smallest message that can be asked for.</summary>
    public const int MaxInCall = 256;

    private readonly Lock _gate = new();
    private readonly Queue<Lot> _lots = [];
    private readonly Dictionary<Link, Session> _sessions = [];
    private readonly HashSet<(object? Lease, long Token)> _settled = [];
    private readonly List<Settlement> _refused = [];
    private readonly CancellationTokenSource _disposing = new();
    private readonly Action<StoredReceiver> _gone;
    private readonly OwnSeat _own;
    private TaskCompletionSource? _waiting;
    private Lot? _lot;
    private int _room;
    private int _disposed;

    /// <summary>Makes a member.</summary>
    /// <param name="spec">What it receives.</param>
    /// <param name="ledger">The receiver of this process's own ledger; disposed of with it.</param>
    /// <param name="gone">Told when it is disposed of.</param>
    /// <param name="failed">Told when the own ledger cannot hand out.</param>
    public StoredReceiver(ReceiverSpec spec, IReceiver ledger, Action<StoredReceiver> gone, Action<Exception> failed)
    {
        (Spec, _gone) = (spec, gone);
        _own = new OwnSeat(ledger, Offer, failed);
    }

    public ReceiverSpec Spec { get; }

    /// <summary>Wants a session at a publisher, unless it has one. Called by the poller's thread.</summary>
    public Session? JoinAt(Link link)
    {
        lock (_gate)
        {
            if (_disposing.IsCancellationRequested || _sessions.TryGetValue(link, out var session))
            {
                return null;
            }

            session = link.Join(id => new Session(id, this, link));
            if (session is not null)
            {
                _sessions.Add(link, session);
            }

            return session;
        }
    }

    /// <summary>The sessions that it has or is about to have.</summary>
    public Session[] Sessions
    {
        get
        {
            lock (_gate)
            {
                return [.. _sessions.Values];
            }
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposing.Token);
        try
        {
            while (true)
            {
                either.Token.ThrowIfCancellationRequested();
                var (count, wait) = Take(buffer.Span);
                if (count > 0)
                {
                    return count;
                }

                await wait.WaitAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            Allow(0);
            throw;
        }
    }

    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        if (batch.Length <= MaxInCall && _settled.Count == 0 && IsOfOneSource(batch.Span))
        {
            return await SettleAtAsync(batch.Span[0].Delivery.Lease as Session, batch.ToArray(), cancel).ConfigureAwait(false);
        }

        var bySource = batch.ToArray().Where(one => !_settled.Contains((one.Delivery.Lease, one.Delivery.Token))).GroupBy(one => one.Delivery.Lease as Session).ToArray();
        await Task.WhenAll(bySource.Select(of => SettleInPartsAsync(of.Key, [.. of], cancel))).ConfigureAwait(false);
        Settlement[] refused = [.. _refused];
        _settled.Clear();
        _refused.Clear();
        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        _gone(this);
        var sessions = Sessions;
        Array.ForEach(sessions, session => session.Link.Leave(session));
        await _own.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(sessions.Select(session => session.Over)).WaitAsync(_farewell, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Array.ForEach(sessions, session => session.End());
    }

    /// <summary>Deliveries have come.</summary>
    public void Offer(Lot lot)
    {
        lock (_gate)
        {
            _lots.Enqueue(lot);
            _waiting?.TrySetResult();
            _waiting = null;
        }
    }

    /// <summary>A publisher has opened its session: what is wanted is wanted from it as well.</summary>
    public void Opened(Session session)
    {
        lock (_gate)
        {
            session.Allow(_room);
        }
    }

    /// <summary>A session is over.</summary>
    public void Ended(Session session)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(session.Link, out var known) && known == session)
            {
                _sessions.Remove(session.Link);
            }
        }
    }

    private static bool IsOfOneSource(ReadOnlySpan<Settlement> batch)
    {
        var source = batch[0].Delivery.Lease as Session;
        foreach (var settlement in batch)
        {
            if (settlement.Delivery.Lease as Session != source)
            {
                return false;
            }
        }

        return true;
    }

    private ValueTask<IReadOnlyList<Settlement>> SettleAtAsync(Session? source, Settlement[] settlements, CancellationToken cancel)
        => source is null ? _own.SettleAsync(settlements, cancel) : source.SettleAsync(settlements, cancel);

    /// <summary>Settles at one source. What of it succeeds is noted, so that it is not settled twice when another part fails and all of it is tried again.</summary>
    private async Task SettleInPartsAsync(Session? source, Settlement[] settlements, CancellationToken cancel)
    {
        foreach (var part in settlements.Chunk(MaxInCall))
        {
            var refused = await SettleAtAsync(source, part, cancel).ConfigureAwait(false);
            lock (_settled)
            {
                _settled.UnionWith(part.Select(one => (one.Delivery.Lease, one.Delivery.Token)));
                _refused.AddRange(refused);
            }
        }
    }

    /// <summary>Takes what is there, and gives credit for the rest of the room.</summary>
    private (int Count, Task Wait) Take(Span<Delivery> buffer)
    {
        var count = 0;
        while (count < buffer.Length && NextLot() is { } lot)
        {
            count += lot.Take(buffer[count..]);
        }

        lock (_gate)
        {
            AllowAll(buffer.Length - count);
            if (count > 0 || _lots.Count > 0)
            {
                return (count, Task.CompletedTask);
            }

            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (0, _waiting.Task);
        }
    }

    private Lot? NextLot()
    {
        while (_lot is null or { IsThrough: true })
        {
            lock (_gate)
            {
                if (!_lots.TryDequeue(out _lot))
                {
                    return null;
                }
            }
        }

        return _lot;
    }

    private void Allow(int room)
    {
        lock (_gate)
        {
            AllowAll(room);
        }
    }

    private void AllowAll(int room)
    {
        _room = room;
        _own.Allow(room);
        foreach (var session in _sessions.Values)
        {
            session.Allow(room);
        }
    }
}
