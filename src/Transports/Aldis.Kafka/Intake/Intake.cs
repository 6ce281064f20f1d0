using Aldis.Transports;
using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>
/// What one receiver has taken from its partitions: what waits, what is in hands, what is to be tried again later. Between the thread that reads from Kafka,
/// who receives, and who settles; all of it under one lock, which nobody holds while waiting for anything else.
/// </summary>
/// <param name="capacity">How many records may wait before the reading has to pause.</param>
/// <param name="time">The clock by which retries are due.</param>
internal sealed class Intake(int capacity, TimeProvider time)
{
    private readonly object _gate = new();
    private readonly Dictionary<TopicPartition, Lot> _lots = [];
    private readonly Queue<Taken> _ready = new();
    private readonly PriorityQueue<Taken, long> _returned = new();
    private readonly PriorityQueue<Taken, DateTimeOffset> _later = new();
    private readonly Pulse _pulse = new();
    private TransportException? _trouble;
    private long _arrivals;
    private int _suspects;
    private bool _isClosed;

    /// <summary>Ends when something has come, or trouble has begun or ended.</summary>
    public Task Changed => _pulse.Next;

    /// <summary>How many records wait for their time.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _later.Count;
            }
        }
    }

    /// <summary>What keeps the receiver from receiving, or null.</summary>
    public TransportException? Trouble
    {
        get => Volatile.Read(ref _trouble);
        set
        {
            if (!ReferenceEquals(Interlocked.Exchange(ref _trouble, value), value))
            {
                _pulse.Beat();
            }
        }
    }

    private bool HasRoom => _ready.Count + _suspects < capacity;

    /// <summary>Waits for room, for a while.</summary>
    /// <returns>Whether there is any.</returns>
    public bool AwaitRoom(TimeSpan patience)
    {
        lock (_gate)
        {
            return HasRoom || (Monitor.Wait(_gate, patience) && HasRoom);
        }
    }

    /// <summary>Begins with partitions.</summary>
    public void Begin(IEnumerable<Lot> lots)
    {
        lock (_gate)
        {
            foreach (var lot in lots)
            {
                Remove(lot.Partition);
                _lots.Add(lot.Partition, lot);
            }
        }
    }

    /// <summary>Takes a record. Whoever waits is woken by <see cref="Tell"/>: once for all that came together.</summary>
    /// <param name="record">The record, as it was read.</param>
    /// <param name="attempt">Which attempt comes, as far as the record tells.</param>
    /// <param name="due">When it may be handed out; null for at once.</param>
    public void Take(ConsumeResult<byte[], byte[]> record, int attempt, DateTimeOffset? due)
    {
        lock (_gate)
        {
            if (!_lots.TryGetValue(record.TopicPartition, out var lot) || lot.Take(record.Offset.Value) is not { } place)
            {
                return;
            }

            var taken = new Taken(lot, place, record) { Arrival = _arrivals++, Attempt = attempt + lot.DeathsOver(record.Offset.Value) };
            if (due is { } later)
            {
                _later.Enqueue(taken, later);
            }
            else
            {
                Ready(taken);
            }
        }
    }

    /// <summary>Wakes whoever waits for what was taken.</summary>
    public void Tell() => _pulse.Beat();

    /// <summary>Hands out what may be handled now.</summary>
    /// <param name="most">How much.</param>
    /// <param name="into">Where it goes.</param>
    /// <returns>When there will be more by itself, or null.</returns>
    public DateTimeOffset? HandOut(int most, List<Taken> into)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            while (_later.TryPeek(out var later, out var due) && due <= now)
            {
                _later.Dequeue();
                Ready(later);
            }

            foreach (var lot in _lots.Values)
            {
                HandOutSuspects(lot, most, into);
            }

            while (into.Count < most && (_returned.TryDequeue(out var next, out _) || _ready.TryDequeue(out next)))
            {
                HandOut(next, into);
            }

            Monitor.PulseAll(_gate);
            return _later.TryPeek(out _, out var first) ? first : null;
        }
    }

    /// <summary>Begins to settle: what may be settled is nobody else's to settle from now on.</summary>
    /// <returns>What may be, in the order of the batch; null in the place of what may not.</returns>
    public Taken?[] BeginSettle(ReadOnlySpan<Settlement> batch)
    {
        var settling = new Taken?[batch.Length];
        lock (_gate)
        {
            for (var index = 0; index < batch.Length; index++)
            {
                var delivery = batch[index].Delivery;
                if (delivery.Lease is Taken { State: TakenState.HandedOut } taken && taken.Token == delivery.Token && !taken.Lot.IsGone && !_isClosed)
                {
                    taken.State = TakenState.Settling;
                    settling[index] = taken;
                }
            }
        }

        return settling;
    }

    /// <summary>The verdict could not be stored: it is to be settled again.</summary>
    public void CancelSettle(IEnumerable<Taken?> settling)
    {
        lock (_gate)
        {
            foreach (var taken in settling)
            {
                if (taken is { State: TakenState.Settling })
                {
                    taken.State = TakenState.HandedOut;
                }
            }
        }
    }

    /// <summary>The places of the group as they are when all of this is settled, for a transaction.</summary>
    public List<Place> PlacesWith(IEnumerable<Taken?> settling)
    {
        lock (_gate)
        {
            return [.. settling.OfType<Taken>().GroupBy(taken => taken.Lot)
                .Select(lot => lot.Key.Commit(isOpen: true, lot.Select(taken => taken.Place.Value).ToHashSet()))];
        }
    }

    /// <summary>The verdicts are stored.</summary>
    /// <param name="settling">What <see cref="BeginSettle"/> gave.</param>
    /// <param name="batch">The verdicts.</param>
    /// <param name="keepsRetries">Whether a retry waits here, and not in a topic.</param>
    public void EndSettle(Taken?[] settling, ReadOnlySpan<Settlement> batch, bool keepsRetries)
    {
        var comesAgain = false;
        lock (_gate)
        {
            for (var index = 0; index < settling.Length; index++)
            {
                if (settling[index] is { State: TakenState.Settling } taken)
                {
                    comesAgain |= End(taken, batch[index].Verdict, keepsRetries);
                }
            }

            Monitor.PulseAll(_gate);
        }

        if (comesAgain)
        {
            _pulse.Beat();
        }
    }

    /// <summary>What could not be buried waits here for a while, and comes again.</summary>
    public void PutOff(IEnumerable<Taken?> settling, TimeSpan span)
    {
        lock (_gate)
        {
            foreach (var taken in settling.OfType<Taken>())
            {
                taken.Lot.InHand--;
                taken.State = TakenState.Waiting;
                _later.Enqueue(taken, time.GetUtcNow() + span);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Has a dead letter come again, for a private group.</summary>
    public void ComeAgain(Taken taken)
    {
        lock (_gate)
        {
            (taken.Attempt, taken.State) = (1, TakenState.Waiting);
            _returned.Enqueue(taken, taken.Arrival);
        }

        _pulse.Beat();
    }

    /// <summary>
    /// Waits until nothing of these partitions is in hands, but not longer than a while: then they go to another member, which gets what is left. Nothing more of
    /// them is handed out.
    /// </summary>
    /// <returns>The places to commit.</returns>
    public List<Place> Leave(IReadOnlyCollection<TopicPartition> partitions, TimeSpan patience)
    {
        lock (_gate)
        {
            Lot[] leaving = [.. partitions.Select(partition => _lots.GetValueOrDefault(partition)).OfType<Lot>()];
            Array.ForEach(leaving, lot => lot.IsLeaving = true);
            // What is waited for is people's code and the brokers, which know nothing of a clock that is set by hand.
            var start = TimeProvider.System.GetTimestamp();
            while (!_isClosed && Array.Exists(leaving, lot => lot.InHand > 0) && patience - TimeProvider.System.GetElapsedTime(start) is { Ticks: > 0 } left)
            {
                Monitor.Wait(_gate, left);
            }

            return [.. leaving.Where(lot => lot.Offset >= 0).Select(lot => lot.Commit(isOpen: false))];
        }
    }

    /// <summary>The partitions are somebody else's.</summary>
    public void Drop(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                Remove(partition);
            }

            Sift();
        }
    }

    /// <summary>The next event to be read of each partition.</summary>
    public List<TopicPartitionOffset> Next()
    {
        lock (_gate)
        {
            return [.. _lots.Values.Select(lot => new TopicPartitionOffset(lot.Partition, lot.Next))];
        }
    }

    /// <summary>The places that have changed and are to be committed. Those of partitions that are given away come from who gives them away, and say so.</summary>
    public List<Place> Progress()
    {
        lock (_gate)
        {
            Lot[] dirty = [.. _lots.Values.Where(lot => !_isClosed && lot is { IsDirty: true, IsLeaving: false, Offset: >= 0 })];
            Array.ForEach(dirty, lot => lot.IsDirty = false);
            return [.. dirty.Select(lot => lot.Commit(isOpen: true))];
        }
    }

    /// <summary>A commit failed: the places are to be committed again.</summary>
    public void CommitAgain(IEnumerable<TopicPartition> partitions)
    {
        lock (_gate)
        {
            foreach (var partition in partitions)
            {
                if (_lots.TryGetValue(partition, out var lot))
                {
                    lot.IsDirty = true;
                }
            }
        }
    }

    /// <summary>The receiver goes: what comes now is refused.</summary>
    /// <returns>The places to commit.</returns>
    public List<Place> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
            return [.. _lots.Values.Where(lot => lot.Offset >= 0).Select(lot => lot.Commit(isOpen: false))];
        }
    }

    private void Remove(TopicPartition partition)
    {
        if (_lots.Remove(partition, out var lot))
        {
            lot.IsGone = true;
            _suspects -= lot.Suspects.Count;
        }
    }

    private void Ready(Taken taken)
    {
        if (taken.Lot.IsSuspected || taken.Lot.Suspects.Count > 0)
        {
            taken.Lot.Suspects.Enqueue(taken);
            _suspects++;
        }
        else
        {
            _ready.Enqueue(taken);
        }
    }

    private void HandOutSuspects(Lot lot, int most, List<Taken> into)
    {
        if (lot.Suspects.Count == 0 || into.Count == most)
        {
            return;
        }

        if (!lot.IsSuspected)
        {
            while (lot.Suspects.TryDequeue(out var cleared))
            {
                _suspects--;
                _ready.Enqueue(cleared);
            }
        }
        else if (lot.InHand == 0)
        {
            _suspects--;
            HandOut(lot.Suspects.Dequeue(), into);
        }
    }

    private static void HandOut(Taken taken, List<Taken> into)
    {
        if (taken.Lot.IsGone || taken.Lot.IsLeaving)
        {
            return;
        }

        taken.State = TakenState.HandedOut;
        taken.Token++;
        taken.Lot.InHand++;
        into.Add(taken);
    }

    /// <returns>Whether it comes again here.</returns>
    private bool End(Taken taken, Verdict verdict, bool keepsRetries)
    {
        taken.Lot.InHand--;
        switch (verdict.Kind)
        {
            case VerdictKind.Return:
                taken.State = TakenState.Waiting;
                _returned.Enqueue(taken, taken.Arrival);
                return true;
            case VerdictKind.Retry when keepsRetries:
                (taken.State, taken.Attempt) = (TakenState.Waiting, taken.Attempt + 1);
                _later.Enqueue(taken, time.GetUtcNow() + verdict.After);
                return true;
            default:
                taken.State = TakenState.Settled;
                taken.Lot.Settle(taken.Place);
                return taken.Lot.Suspects.Count > 0;
        }
    }

    /// <summary>Forgets what waits of partitions that are gone. What is left keeps its order.</summary>
    private void Sift()
    {
        for (var count = _ready.Count; count > 0; count--)
        {
            if (_ready.Dequeue() is { Lot.IsGone: false } stays)
            {
                _ready.Enqueue(stays);
            }
        }

        Sift(_returned);
        Sift(_later);
        Monitor.PulseAll(_gate);
    }

    private static void Sift<T>(PriorityQueue<Taken, T> queue)
    {
        var staying = queue.UnorderedItems.Where(item => !item.Element.Lot.IsGone).ToArray();
        queue.Clear();
        queue.EnqueueRange(staying);
    }
}
