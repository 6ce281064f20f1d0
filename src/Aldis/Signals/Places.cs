namespace Aldis.Signals;

/// <summary>
/// The arrays behind a round. Rounds that differ only by receivers connected at the end share them: each looks at its own count of
/// places and no further, and only the one that fills the arrays may add. So connecting n receivers copies about n places, not n² / 2.
/// </summary>
internal sealed class Places<T>
{
    private int _used;

    private Places(ReadOnlySpan<Turn<T>> turns, int capacity)
    {
        _used = turns.Length;
        Turns = new Turn<T>[capacity];
        Calls = new Action<T>?[capacity];
        turns.CopyTo(Turns);
        for (var index = 0; index < turns.Length; index++)
        {
            Calls[index] = turns[index].Receiver.Call;
        }
    }

    public Turn<T>[] Turns { get; }

    /// <summary>Beside the turns, so that the loop of a send touches nothing else. The place of an asynchronous receiver is null.</summary>
    public Action<T>?[] Calls { get; }

    public static Places<T> Of(params ReadOnlySpan<Turn<T>> turns) => new(turns, turns.Length);

    /// <summary>The first places of these, and one more: in these arrays where that place is free, else in larger ones.</summary>
    public Places<T> With(Turn<T> turn, int count)
    {
        var places = count == _used && count < Turns.Length ? this : new Places<T>(Turns.AsSpan(0, count), Math.Max(1, 2 * count));
        places.Turns[count] = turn;
        places.Calls[count] = turn.Receiver.Call;
        places._used = count + 1;
        return places;
    }
}
