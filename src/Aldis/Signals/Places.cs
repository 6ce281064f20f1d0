namespace Aldis.Signals;

/// <summary>
/// The arrays behind a round. Rounds that differ only by receivers connected at the end share them: each looks at its own count of
/// places and no further, and only the one that fills the arrays may add. So connecting many receivers copies each place a few times
/// and not once for each that comes after it.
/// </summary>
internal sealed class Places<T>
{
    // Few places are copied anyway: room to spare would be larger than what it spares.
    private const int Few = 16;

    private int _used;

    private Places(int used, int capacity)
        => (_used, Turns, Calls) = (used, new Turn<T>[capacity], new Action<T>?[capacity]);

    public static Places<T> None { get; } = new(0, 0);

    public Turn<T>[] Turns { get; }

    /// <summary>Beside the turns, so that the loop of a send touches nothing else. The place of an asynchronous receiver is null.</summary>
    public Action<T>?[] Calls { get; }

    /// <summary>The first places of these with one more among them.</summary>
    public Places<T> With(Turn<T> turn, int index, int count)
    {
        var places = this;
        if (index < count || count < _used || count == Turns.Length)
        {
            places = new Places<T>(count, count < Few ? count + 1 : 2 * count);
            Copy(0, places, 0, index);
            Copy(index, places, index + 1, count - index);
        }

        places.Turns[index] = turn;
        places.Calls[index] = turn.Receiver.Call;
        places._used = count + 1;
        return places;
    }

    /// <summary>The first places of these without one of them.</summary>
    public Places<T> Without(int index, int count)
    {
        var places = new Places<T>(count - 1, count - 1);
        Copy(0, places, 0, index);
        Copy(index + 1, places, index, count - 1 - index);
        return places;
    }

    private void Copy(int from, Places<T> other, int to, int count)
    {
        Array.Copy(Turns, from, other.Turns, to, count);
        Array.Copy(Calls, from, other.Calls, to, count);
    }
}
