using System.Diagnostics.CodeAnalysis;
using Aldis.Events;

namespace Aldis.Transports;

/// <summary>What is to be published later, and how far timetables have come. One lock guards it.</summary>
internal sealed class MemorySchedule(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EventId, ScheduledEvent> _waiting = [];

    /// <summary>By the wall clock, and by the clock that nobody sets. What is not among those that wait any more was cancelled.</summary>
    private readonly PriorityQueue<ScheduledEvent, (long Due, long Turn)> _byWall = new();
    private readonly PriorityQueue<ScheduledEvent, (long Due, long Turn)> _bySpan = new();
    private readonly Dictionary<string, DateTimeOffset> _slots = [];
    private long _turn;

    /// <summary>How long until the next is due, or null where none waits.</summary>
    public TimeSpan? Next
    {
        get
        {
            lock (_gate)
            {
                var (wall, span) = (First(_byWall, WallLeft), First(_bySpan, SpanLeft));
                return wall is null || span < wall ? span : wall;
            }
        }
    }

    public void Add(IEnumerable<ScheduledEvent> events)
    {
        lock (_gate)
        {
            foreach (var one in events)
            {
                Add(one);
            }
        }
    }

    public bool Cancel(EventId id)
    {
        lock (_gate)
        {
            return _waiting.Remove(id);
        }
    }

    public IReadOnlyList<DueEvent> List()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var all = _byWall.UnorderedItems.Select(item => (item.Element, Left: WallLeft(item.Priority.Due)))
                .Concat(_bySpan.UnorderedItems.Select(item => (item.Element, Left: SpanLeft(item.Priority.Due))));
            return
            [
                .. from item in all
                   where IsWaiting(item.Element)
                   orderby item.Left
                   select new DueEvent(item.Element.Envelope, item.Left < DateTimeOffset.MaxValue - now ? now + item.Left : DateTimeOffset.MaxValue),
            ];
        }
    }

    /// <summary>Takes the next event that is due out, or null where none is.</summary>
    public ScheduledEvent? TakeDue()
    {
        lock (_gate)
        {
            return TakeDue(_byWall, WallLeft) ?? TakeDue(_bySpan, SpanLeft);
        }
    }

    public DateTimeOffset Slot(string timetable, DateTimeOffset beginning)
    {
        lock (_gate)
        {
            _slots.TryAdd(timetable, beginning);
            return _slots[timetable];
        }
    }

    public bool TakeSlot(string timetable, DateTimeOffset from, DateTimeOffset to, ScheduledEvent? @event)
    {
        lock (_gate)
        {
            if (_slots.GetValueOrDefault(timetable) != from)
            {
                return false;
            }

            _slots[timetable] = to;
            if (@event is not null)
            {
                Add(@event);
            }

            return true;
        }
    }

    private void Add(ScheduledEvent one)
    {
        if (!_waiting.TryAdd(one.Envelope.Id, one))
        {
            return;
        }

        if (one.At is { } at)
        {
            _byWall.Enqueue(one, (at.UtcTicks, ++_turn));
        }
        else
        {
            // Half of all there is: so that the longest delay is not added to a moment in the past.
            var wait = Math.Min((one.After ?? TimeSpan.Zero).TotalSeconds * time.TimestampFrequency, long.MaxValue / 2);
            _bySpan.Enqueue(one, (time.GetTimestamp() + (long)wait, ++_turn));
        }
    }

    private ScheduledEvent? TakeDue(PriorityQueue<ScheduledEvent, (long Due, long Turn)> queue, Func<long, TimeSpan> left)
    {
        if (First(queue, left) is not { } first || first > TimeSpan.Zero)
        {
            return null;
        }

        var due = queue.Dequeue();
        _waiting.Remove(due.Envelope.Id);
        return due;
    }

    private TimeSpan? First(PriorityQueue<ScheduledEvent, (long Due, long Turn)> queue, Func<long, TimeSpan> left)
    {
        while (queue.TryPeek(out var one, out var when))
        {
            if (IsWaiting(one))
            {
                return left(when.Due);
            }

            queue.Dequeue();
        }

        return null;
    }

    private bool IsWaiting([NotNullWhen(true)] ScheduledEvent? one) => one is not null && ReferenceEquals(_waiting.GetValueOrDefault(one.Envelope.Id), one);

    private TimeSpan WallLeft(long due) => TimeSpan.FromTicks(due - time.GetUtcNow().UtcTicks);

    private TimeSpan SpanLeft(long due) => time.GetElapsedTime(time.GetTimestamp(), due);
}
