using Aldis.Events;

namespace Aldis.Transports;

/// <summary>What one group still has to see: what is ready, what waits for its time, what is dead. One lock guards all three.</summary>
internal sealed class MemoryGroup(GroupName name, InMemoryOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiting> _ready = [];
    private readonly PriorityQueue<Waiting, (long Due, long Turn)> _delayed = new();
    private readonly LinkedList<DeadLetter> _dead = [];
    private readonly Pulse _arrived = new();
    private readonly Pulse _left = new();
    private long _turn;
    private bool _isClosed;

    public GroupName Name => name;

    public void Add(ReadOnlySpan<Envelope> batch)
    {
        lock (_gate)
        {
            foreach (var envelope in batch)
            {
                _ready.AddLast(new Waiting(envelope, 0));
            }
        }

        _arrived.Beat();
    }

    /// <summary>Waits until fewer events wait than the capacity; a batch may then go over it by its own length.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancel)
    {
        while (true)
        {
            var left = _left.Next;
            lock (_gate)
            {
                if (_isClosed || _ready.Count < options.Capacity)
                {
                    return;
                }
            }

            await left.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask<int> TakeAsync(Memory<Waiting> taken, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var arrived = _arrived.Next;
            var count = Take(taken.Span, out var nextDue);
            if (count > 0)
            {
                _left.Beat();
                return count;
            }

            await Pulse.WaitAsync(arrived, nextDue, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Has nothing more to see: whoever waits for room in it need not wait.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        _left.Beat();
    }

    /// <summary>Puts deliveries back at the front, in their order, as if they had never been handed out.</summary>
    public void Return(IReadOnlyList<Waiting> unsettled)
    {
        lock (_gate)
        {
            PutFirst(unsettled);
        }

        _arrived.Beat();
    }

    public void Retry(Waiting waiting, TimeSpan after)
    {
        lock (_gate)
        {
            // Half of all there is: so that the longest delay is not added to a moment in the past.
            var wait = Math.Min(after.TotalSeconds * time.TimestampFrequency, long.MaxValue / 2);
            _delayed.Enqueue(waiting, (time.GetTimestamp() + (long)wait, ++_turn));
        }

        _arrived.Beat();
    }

    public void Bury(Delivery delivery, Verdict verdict)
    {
        lock (_gate)
        {
            _dead.AddLast(new DeadLetter(
                delivery.Envelope, name, delivery.Attempt, verdict.Reason ?? "", verdict.Error, time.GetUtcNow()));
            if (_dead.Count > options.DeadLetterCapacity)
            {
                _dead.RemoveFirst();
            }
        }
    }

    public IReadOnlyList<DeadLetter> DeadLetters(EventId? id)
    {
        lock (_gate)
        {
            return [.. _dead.Where(letter => id is null || letter.Envelope.Id == id)];
        }
    }

    public IReadOnlyList<DeadLetter> TakeDead(EventId? id)
    {
        lock (_gate)
        {
            DeadLetter[] taken = [.. _dead.Where(letter => id is null || letter.Envelope.Id == id)];
            Array.ForEach(taken, letter => _dead.Remove(letter));
            return taken;
        }
    }

    public int Redrive(EventId? id)
    {
        var letters = TakeDead(id);
        Add([.. letters.Select(letter => letter.Envelope)]);
        return letters.Count;
    }

    private int Take(Span<Waiting> taken, out TimeSpan? nextDue)
    {
        lock (_gate)
        {
            nextDue = MoveDue();
            var count = 0;
            while (count < taken.Length && _ready.First is { } first)
            {
                taken[count++] = first.Value;
                _ready.RemoveFirst();
            }

            return count;
        }
    }

    /// <summary>What is due becomes ready, in the order in which it is due, and goes before what has not been tried at all.</summary>
    private TimeSpan? MoveDue()
    {
        TimeSpan? left = null;
        var due = new List<Waiting>();
        while (_delayed.TryPeek(out _, out var when))
        {
            left = time.GetElapsedTime(time.GetTimestamp(), when.Due);
            if (left > TimeSpan.Zero)
            {
                break;
            }

            left = null;
            due.Add(_delayed.Dequeue());
        }

        PutFirst(due);
        return left;
    }

    private void PutFirst(IReadOnlyList<Waiting> events)
    {
        for (var index = events.Count - 1; index >= 0; index--)
        {
            _ready.AddFirst(events[index]);
        }
    }
}
