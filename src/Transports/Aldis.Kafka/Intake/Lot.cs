using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>
/// What a receiver has of one partition: what was taken and is not settled yet. All else behind the group's place is settled, and needs no memory. The place is the first event that
/// is not settled, or the next one to come. Used under the intake's lock.
/// </summary>
internal sealed class Lot
{
    private readonly Queue<Taken> _suspects = new();
    private readonly long[] _ends;
    private readonly LinkedList<Open> _open = new();
    private long _count;
    private int _run;
    private readonly long _suspectEnd;
    private int _deaths;

    /// <summary>Begins with a partition.</summary>
    /// <param name="place">Where the group stands in it; a negative offset where it stands nowhere.</param>
    /// <param name="window">How many events a member may have had in its hands when it died.</param>
    public Lot(Place place, int window)
    {
        (Partition, Offset, Next) = (place.Partition, place.Offset, place.Offset);
        var note = place.Offset < 0 ? Note.None : Note.Read(place.Note);
        _ends = new long[note.Runs.Count];
        var end = place.Offset;
        for (var run = 0; run < _ends.Length; run++)
        {
            _ends[run] = end += note.Runs[run];
        }

        _deaths = note.IsOpen ? note.Deaths + 1 : note.Deaths;
        var suspects = note.IsOpen ? Math.Max(note.Suspects, window) : note.Suspects;
        _suspectEnd = _deaths == 0 ? 0 : place.Offset + suspects;
    }

    public TopicPartition Partition { get; }

    /// <summary>The place of the group, or a negative number where there is none yet.</summary>
    public long Offset { get; private set; }

    /// <summary>The next event to be read.</summary>
    public long Next { get; private set; }

    /// <summary>Whether the place or its note has changed since it was last committed.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether the partition is somebody else's by now: what is left of it here is of no use.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether the partition is about to be given away: nothing more of it is handed out.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>How many events are in hands.</summary>
    public int InHand { get; set; }

    /// <summary>Whether the events are handed out one at a time, for one of them may have killed its process.</summary>
    public bool IsSuspected => _deaths > 0;

    /// <summary>What waits while events are handed out one at a time.</summary>
    public Queue<Taken> Suspects => _suspects;

    /// <summary>Notes a record that has come.</summary>
    /// <returns>Its place among what is not settled; null where it is done already.</returns>
    public LinkedListNode<Open>? Take(long offset)
    {
        while (_run < _ends.Length && _ends[_run] <= offset)
        {
            _run++;
        }

        // Runs that are done are the second, the fourth, and so on.
        var isDone = _run < _ends.Length && _run % 2 == 1;
        var record = new Open(_count++, offset);
        Next = offset + 1;
        if (isDone)
        {
            Advance();
            return null;
        }

        if (_open.Count == 0)
        {
            Offset = offset;
        }

        return _open.AddLast(record);
    }

    /// <summary>How often a record of this offset was begun by members that died.</summary>
    public int DeathsOver(long offset) => offset >= _suspectEnd ? 0 : offset == Offset ? _deaths : Math.Min(_deaths, 1);

    /// <summary>Settles a record. One that a person had come again was settled long ago.</summary>
    public void Settle(LinkedListNode<Open> record)
    {
        if (record.List is not null)
        {
            _open.Remove(record);
            Advance();
        }
    }

    /// <summary>The place and the note, as they are to be committed.</summary>
    /// <param name="isOpen">Whether the member goes on.</param>
    /// <param name="also">Records that are to count as settled.</param>
    public Place Commit(bool isOpen, IReadOnlySet<Open>? also = null)
    {
        var first = _open.First;
        while (first is not null && also?.Contains(first.Value) == true)
        {
            first = first.Next;
        }

        var offset = first == _open.First ? Offset : first?.Value.Offset ?? Next;
        var deaths = first == _open.First ? _deaths : DeathsBehind(offset);
        return new Place(Partition, offset, new Note(isOpen, deaths, Math.Max(_suspectEnd - offset, 0), Runs(first, offset, also)).Write());
    }

    private void Advance()
    {
        var offset = _open.First?.Value.Offset ?? Next;
        _deaths = offset == Offset ? _deaths : DeathsBehind(offset);
        (Offset, IsDirty) = (offset, true);
    }

    /// <summary>What counts for the first event that is left, when the one before is settled.</summary>
    private int DeathsBehind(long offset) => _deaths > 0 && offset < _suspectEnd ? 1 : 0;

    /// <summary>Where numbers are missing between records that are not settled, there are some that are. Where offsets are missing, there may be no records.</summary>
    private List<long> Runs(LinkedListNode<Open>? first, long start, IReadOnlySet<Open>? also)
    {
        var runs = new List<long>();
        var (from, end, number) = (start, start, first?.Value.Number ?? _count);
        for (var node = first; node is not null; node = node.Next)
        {
            var record = node.Value;
            if (also?.Contains(record) == true)
            {
                continue;
            }

            if (record.Number > number)
            {
                runs.AddRange([end - from, record.Offset - end]);
                from = record.Offset;
            }

            (end, number) = (record.Offset + 1, record.Number + 1);
        }

        if (number < _count)
        {
            runs.AddRange([end - from, Next - end]);
        }

        // What an earlier member had done further on, and has not come here yet.
        AppendKnown(runs, start);
        return runs;
    }

    private void AppendKnown(List<long> runs, long start)
    {
        var end = start + runs.Sum();
        for (var run = _run; run < _ends.Length; run++)
        {
            if (_ends[run] <= end)
            {
                continue;
            }

            // The list alternates: a run of the same kind as the last one lengthens it.
            var isDone = run % 2 == 1;
            if (runs.Count % 2 == (isDone ? 1 : 0))
            {
                runs.Add(_ends[run] - end);
            }
            else if (runs.Count == 0)
            {
                runs.Add(0);
                runs.Add(_ends[run] - end);
            }
            else
            {
                runs[^1] += _ends[run] - end;
            }

            end = _ends[run];
        }
    }

    /// <summary>A record that is not settled.</summary>
    /// <param name="Number">How many came before it.</param>
    /// <param name="Offset">Its place in the partition.</param>
    internal readonly record struct Open(long Number, long Offset);
}
