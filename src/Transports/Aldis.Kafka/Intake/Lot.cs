using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>
/// What a receiver has of one partition: what was taken and in which places of it is settled. The group's place is the first event that is not
/// settled, or the next one to come. Used under the intake's lock.
/// </summary>
internal sealed class Lot
{
    private readonly Queue<Taken> _suspects = new();
    private readonly long[] _ends;
    private (long Offset, bool IsDone)[] _taken = new (long, bool)[64];
    private long _first;
    private long _next;
    private int _run;
    private readonly long _suspectEnd;
    private int _deaths;

    /// <summary>Begins with a partition.</summary>
    /// <param name="place">Where the group stands in it; a negative offset where it stands nowhere.</param>
    /// <param name="window">How many events a member may have had in its hands when it died.</param>
    public Lot(Place place, int window)
    {
        (Partition, Offset) = (place.Partition, place.Offset);
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
    public long Next => _next == 0 ? Offset : _taken[(_next - 1) % _taken.Length].Offset + 1;

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
    /// <returns>Its number; negative where it is done already.</returns>
    public long Take(long offset)
    {
        while (_run < _ends.Length && _ends[_run] <= offset)
        {
            _run++;
        }

        // Runs that are done are the second, the fourth, and so on.
        var isDone = _run < _ends.Length && _run % 2 == 1;
        if (_next - _first == _taken.Length)
        {
            Grow();
        }

        _taken[_next % _taken.Length] = (offset, isDone);
        var number = _next++;
        if (isDone)
        {
            Advance();
        }
        else if (number == _first)
        {
            Offset = offset;
        }

        return isDone ? -1 : number;
    }

    /// <summary>How often a record of this offset was begun by members that died.</summary>
    public int DeathsOver(long offset) => offset >= _suspectEnd ? 0 : offset == Offset ? _deaths : Math.Min(_deaths, 1);

    /// <summary>Settles a record. One that a person had come again was settled long ago.</summary>
    public void Settle(long number)
    {
        if (number < _first)
        {
            return;
        }

        _taken[number % _taken.Length].IsDone = true;
        Advance();
    }

    /// <summary>The place and the note, as they are to be committed.</summary>
    /// <param name="isOpen">Whether the member goes on.</param>
    /// <param name="also">The numbers of records that are to count as settled.</param>
    public Place Commit(bool isOpen, IReadOnlySet<long>? also = null)
    {
        var first = _first;
        while (first < _next && (_taken[first % _taken.Length].IsDone || also?.Contains(first) == true))
        {
            first++;
        }

        var offset = first == _first ? Offset : first < _next ? _taken[first % _taken.Length].Offset : _taken[(first - 1) % _taken.Length].Offset + 1;
        var deaths = first == _first ? _deaths : DeathsBehind(offset);
        return new Place(Partition, offset, new Note(isOpen, deaths, Math.Max(_suspectEnd - offset, 0), Runs(first, offset, also)).Write());
    }

    private void Advance()
    {
        var before = _first;
        while (_first < _next && _taken[_first % _taken.Length].IsDone)
        {
            Offset = _taken[_first % _taken.Length].Offset + 1;
            _first++;
        }

        IsDirty = true;
        if (_first < _next)
        {
            Offset = _taken[_first % _taken.Length].Offset;
        }

        _deaths = _first == before ? _deaths : DeathsBehind(Offset);
    }

    /// <summary>What counts for the first event that is left, when the one before is settled.</summary>
    private int DeathsBehind(long offset) => _deaths > 0 && offset < _suspectEnd ? 1 : 0;

    private List<long> Runs(long first, long start, IReadOnlySet<long>? also)
    {
        var runs = new List<long>();
        var (isDone, from) = (false, start);
        for (var number = first; number < _next; number++)
        {
            var (offset, done) = _taken[number % _taken.Length];
            if ((done || also?.Contains(number) == true) != isDone)
            {
                runs.Add(offset - from);
                (isDone, from) = (!isDone, offset);
            }
        }

        if (isDone)
        {
            runs.Add(_taken[(_next - 1) % _taken.Length].Offset + 1 - from);
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

    private void Grow()
    {
        var grown = new (long, bool)[_taken.Length * 2];
        for (var number = _first; number < _next; number++)
        {
            grown[number % grown.Length] = _taken[number % _taken.Length];
        }

        _taken = grown;
    }
}
