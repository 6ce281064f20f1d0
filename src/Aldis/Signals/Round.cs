namespace Aldis.Signals;

/// <summary>
/// Who is called by one send, in order: worked out when somebody connects, so that a send is a loop over an array. Never
/// changes, but for the flag that says that a newer round has taken its place.
/// </summary>
internal sealed partial class Round<T>
{
    // Few places are copied each time: room to spare would be larger than what it spares.
    private const int Few = 16;

    // A place in each array for each turn, and perhaps room for more; rounds that differ only by receivers connected at the end share
    // them, and each looks at its own count of places and no further.
    private readonly Turn<T>[] _turns;
    private readonly Action<T>?[] _calls;
    private readonly Func<T, CancellationToken, ValueTask>?[]? _asyncCalls;
    private readonly int _count;
    private readonly bool _isSynchronous;

    // The one receiver of a round that has no other, if it is synchronous.
    private readonly Action<T>? _only;

    // A round that is still the newest has only connected receivers: a send looks at the links only after this flag is up.
    // Whoever disconnects marks the link first and raises the flag afterwards.
    private volatile bool _isRetired;

    // Whether the place after the last one has been given to another round.
    private bool _isExtended;

    private Round(
        Turn<T>[] turns, Action<T>?[] calls, Func<T, CancellationToken, ValueTask>?[]? asyncCalls, int count, bool isSynchronous)
    {
        (_turns, _calls, _asyncCalls, _count, _isSynchronous) = (turns, calls, asyncCalls, count, isSynchronous);
        _only = count == 1 ? calls[0] : null;
    }

    public static Round<T> Empty { get; } = new([], [], null, 0, isSynchronous: true);

    public bool IsEmpty => _count == 0;

    public IEnumerable<Turn<T>> Turns => _turns.Take(_count);

    public IEnumerable<Link<T>> Links => Turns.SelectMany(turn => turn.Links);

    /// <summary>The key of the one sender whose events somebody asked for; null where everybody asked for all.</summary>
    public object? SenderKey => Links.Select(link => link.SenderKey).FirstOrDefault(key => key is not null);

    public void Retire() => _isRetired = true;

    /// <summary>The round with one more link: in its place or, where its receiver is in the round already, with that one.</summary>
    /// <param name="link">The link.</param>
    /// <param name="merge">Whether a receiver has one turn, however often it is connected.</param>
    public Round<T> With(Link<T> link, bool merge)
    {
        var same = merge ? IndexOf(link.Receiver) : -1;
        return same < 0 ? Insert(new Turn<T>(link)) : RemoveAt(same).Insert(_turns[same].With(link));
    }

    /// <summary>
    /// The round as the first of another line. It shares no room to spare with that: a receiver connected there would be held by the arrays here
    /// even after its end.
    /// </summary>
    public Round<T> Fork()
    {
        _isExtended = true;
        return this;
    }

    /// <summary>The round without a link. A receiver that has another link goes on in that link's place.</summary>
    public Round<T> Without(Link<T> link)
    {
        var index = IndexOf(link);
        if (index < 0)
        {
            // The list was closed before.
            return this;
        }

        var round = RemoveAt(index);
        return _turns[index].Without(link) is { } rest ? round.Insert(rest) : round;
    }

    /// <summary>Whether a receiver is connected for the round's one sender or, if not asked for that, for any.</summary>
    public bool Has(Receiver<T> receiver, bool forSender)
        => IndexOf(receiver) is >= 0 and var index && _turns[index].Links.Any(link => link.SenderKey is not null == forSender);

    private int IndexOf(Receiver<T> receiver)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_turns[index].First.Receiver.Is(receiver))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Where a link is: in its own place, unless it shares the better one of another link.</summary>
    private int IndexOf(Link<T> link)
    {
        var index = PlaceOf(link);
        return index < _count && _turns[index].Has(link) ? index : Array.FindIndex(_turns, 0, _count, turn => turn.Has(link));
    }

    /// <summary>How many turns are before a link (a binary search: turns stand in order).</summary>
    private int PlaceOf(Link<T> link)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _turns[middle].First.IsBefore(link) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private Round<T> Insert(Turn<T> turn)
    {
        var (index, receiver) = (PlaceOf(turn.First), turn.ToCall());
        var isLast = index == _count && !_isExtended && _count < _turns.Length;
        _isExtended |= isLast;
        var capacity = isLast ? 0 : _count < Few ? _count + 1 : 2 * _count;
        var turns = isLast ? _turns : Open(_turns, index, capacity);
        var calls = isLast ? _calls : Open(_calls, index, capacity);
        var asyncCalls = _asyncCalls is null ? receiver.CallAsync is null ? null : new Func<T, CancellationToken, ValueTask>?[turns.Length]
            : isLast ? _asyncCalls
            : Open(_asyncCalls, index, capacity);
        turns[index] = turn;
        calls[index] = receiver.Call;
        asyncCalls?[index] = receiver.CallAsync;
        return new Round<T>(turns, calls, asyncCalls, _count + 1, _isSynchronous && receiver.Call is not null);
    }

    private Round<T> RemoveAt(int index)
    {
        if (_count == 1)
        {
            return Empty;
        }

        var calls = Close(_calls, index);
        var asyncCalls = _asyncCalls is null ? null : Close(_asyncCalls, index);
        return new Round<T>(Close(_turns, index), calls, asyncCalls, _count - 1, _isSynchronous || Array.TrueForAll(calls, call => call is not null));
    }

    /// <summary>A copy with a free place.</summary>
    private TPlace[] Open<TPlace>(TPlace[] places, int index, int capacity)
    {
        var copy = new TPlace[capacity];
        Array.Copy(places, copy, index);
        Array.Copy(places, index, copy, index + 1, _count - index);
        return copy;
    }

    /// <summary>A copy without a place.</summary>
    private TPlace[] Close<TPlace>(TPlace[] places, int index)
    {
        var copy = new TPlace[_count - 1];
        Array.Copy(places, copy, index);
        Array.Copy(places, index + 1, copy, index, copy.Length - index);
        return copy;
    }
}
