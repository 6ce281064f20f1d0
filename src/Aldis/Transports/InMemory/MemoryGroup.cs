using Aldis.Diagnostics;
using Aldis.Events;

namespace Aldis.Transports;

/// <summary>
/// What one group still has to see: what is ready, what waits for its time, what is dead, and which keys are held or blocked. One lock guards it all.
/// </summary>
internal sealed partial class MemoryGroup(GroupName name, InMemoryOptions options, TimeProvider time)
{
    /// <summary>How many events that another receiver's keys keep from being handed out are passed over in search of others.</summary>
    private const int MostPassedOver = 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiting> _ready = [];
    private readonly PriorityQueue<Waiting, (long Due, long Turn)> _delayed = new();
    private readonly LinkedList<MemoryDead> _dead = [];
    private readonly Dictionary<string, MemoryLine> _lines = new(StringComparer.Ordinal);
    private readonly Pulse _arrived = new();
    private readonly Pulse _left = new();
    private long _number;
    private long _turn;
    private int _parked;
    private int _out;
    private bool _isInTheWay;
    private bool _isClosed;

    public GroupName Name => name;

    public void Add(ReadOnlySpan<Envelope> batch)
    {
        lock (_gate)
        {
            foreach (var envelope in batch)
            {
                _ready.AddLast(new Waiting(envelope, ++_number, 0));
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
                if (_isClosed || _ready.Count + _parked < options.Capacity)
                {
                    return;
                }
            }

            await left.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask<int> TakeAsync(MemoryReceiver receiver, Memory<Waiting> taken, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var arrived = _arrived.Next;
            var count = Take(receiver, taken.Span, out var nextDue);
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

    /// <summary>Puts deliveries back to their places, in their order, as if they had never been handed out.</summary>
    public void Return(IEnumerable<Waiting> unsettled)
    {
        lock (_gate)
        {
            var at = _ready.First;
            foreach (var waiting in unsettled.OrderBy(waiting => waiting.Number))
            {
                Release(waiting);
                at = PutBack(waiting, at);
            }
        }

        _arrived.Beat();
    }

    /// <summary>The event is handled.</summary>
    public void Done(Waiting waiting)
    {
        bool freed;
        lock (_gate)
        {
            Release(waiting);
            freed = Pass(waiting.Envelope.Key, waiting.Number);
        }

        if (freed)
        {
            _arrived.Beat();
        }
    }

    /// <summary>The event is handed out again after a while, and the later ones of its key after it.</summary>
    public void Retry(Waiting waiting, TimeSpan after)
    {
        lock (_gate)
        {
            Release(waiting);
            Line(waiting.Envelope.Key)?.Block(waiting.Number);

            // Half of all there is: so that the longest delay is not added to a moment in the past.
            var wait = Math.Min(after.TotalSeconds * time.TimestampFrequency, long.MaxValue / 2);
            _delayed.Enqueue(waiting with { Attempts = waiting.Attempts + 1 }, (time.GetTimestamp() + (long)wait, ++_turn));
        }

        _arrived.Beat();
    }

    public void Bury(Waiting waiting, Verdict verdict)
    {
        var full = false;
        lock (_gate)
        {
            var (envelope, number, attempts) = waiting;
            Release(waiting);
            var line = verdict.HoldsKey ? Line(envelope.Key) : null;
            _dead.AddLast(new MemoryDead(new DeadLetter(envelope, name, attempts + 1, verdict.Reason ?? "", verdict.Error, time.GetUtcNow())
            {
                Where = DeadLetter.Here, HoldsKey = line is not null,
            }, number));
            if (line is null)
            {
                Pass(envelope.Key, number);
            }
            else
            {
                line.Block(number);
            }

            full = _dead.Count > options.DeadLetterCapacity;
            if (full)
            {
                Forget(_dead.First!.Value);
            }
        }

        _arrived.Beat();
        if (full)
        {
            Telemetry.Dropped(waiting.Envelope.Topic.Value, name.Value);
        }
    }

    /// <summary>What waits here, for its time, for its key or for a receiver. What receivers hold is not among it.</summary>
    public Backlog Backlog()
    {
        lock (_gate)
        {
            var delayed = _delayed.UnorderedItems.Select(item => item.Element);
            var parked = _lines.Values.SelectMany(line => line.AllParked);
            return Transports.Backlog.Of([.. _ready.Concat(delayed).Concat(parked).Select(waiting => waiting.Envelope)]);
        }
    }

    /// <summary>How many events could be handed out now, how many are with receivers, and how long until the next comes that waits for its time.</summary>
    public (int Due, int Out, TimeSpan? NextDue) Look()
    {
        lock (_gate)
        {
            var delayed = _delayed.UnorderedItems.Where(item => IsDue(item.Priority.Due)).Select(item => item.Element);
            var due = _ready.Concat(delayed).Count(waiting => Line(waiting.Envelope.Key)?.IsBehind(waiting) != true);
            long? next = _delayed.UnorderedItems.Where(item => !IsDue(item.Priority.Due)).Min(item => (long?)item.Priority.Due);
            return (due, _out, next is { } later ? time.GetElapsedTime(time.GetTimestamp(), later) : null);
        }
    }

    /// <summary>Lets the receivers look again.</summary>
    public void Wake() => _arrived.Beat();

    private int Take(MemoryReceiver receiver, Span<Waiting> taken, out TimeSpan? nextDue)
    {
        lock (_gate)
        {
            nextDue = MoveDue();
            var (count, passedOver) = (0, 0);
            for (var node = _ready.First; node is not null && count < taken.Length && passedOver < MostPassedOver;)
            {
                var (waiting, next) = (node.Value, node.Next);
                if (TryHold(waiting, receiver))
                {
                    taken[count++] = waiting;
                    _out++;
                    _ready.Remove(node);
                }
                else if (TryPark(waiting))
                {
                    _ready.Remove(node);
                }
                else
                {
                    passedOver++;
                }

                node = next;
            }

            _isInTheWay |= passedOver > 0;
            return count;
        }
    }

    private bool TryHold(Waiting waiting, MemoryReceiver receiver)
    {
        if (waiting.Envelope.Key is not { } key)
        {
            return true;
        }

        if (!_lines.TryGetValue(key, out var line))
        {
            _lines.Add(key, line = new MemoryLine());
        }

        if (line.IsBehind(waiting) || !line.IsFreeFor(receiver))
        {
            return false;
        }

        line.Hold(waiting, receiver);
        return true;
    }

    private bool TryPark(Waiting waiting)
    {
        if (Line(waiting.Envelope.Key) is not { } line || !line.IsBehind(waiting))
        {
            return false;
        }

        line.Park(waiting);
        _parked++;
        return true;
    }

    /// <summary>
    /// Behind those before it that were put back, or at the front. What has a key is in the way of the later ones of its key now: some of them may stand
    /// further to the front, for events that were tried again do.
    /// </summary>
    private LinkedListNode<Waiting>? PutBack(Waiting waiting, LinkedListNode<Waiting>? at)
    {
        Line(waiting.Envelope.Key)?.Return(waiting);
        if (TryPark(waiting))
        {
            return at;
        }

        while (at is not null && at.Value.Number < waiting.Number)
        {
            at = at.Next;
        }

        return at is null ? _ready.AddLast(waiting) : _ready.AddBefore(at, waiting);
    }

    private MemoryLine? Line(string? key) => key is null ? null : _lines.GetValueOrDefault(key);

    private void Release(Waiting waiting)
    {
        _out--;
        Line(waiting.Envelope.Key)?.Release();
    }

    /// <summary>Whether a delayed event waits no longer for its time.</summary>
    private bool IsDue(long due) => time.GetElapsedTime(time.GetTimestamp(), due) <= TimeSpan.Zero;

    /// <summary>Whether something may have come free by that.</summary>
    private bool Pass(string? key, long number)
    {
        if (Line(key) is not { } line)
        {
            return false;
        }

        var next = line.Pass(number);
        _parked -= next.Count;
        PutFirst(next);
        if (!line.IsOver)
        {
            return next.Count > 0;
        }

        _lines.Remove(key!);
        (var wasInTheWay, _isInTheWay) = (_isInTheWay, false);
        return wasInTheWay || next.Count > 0;
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
