namespace Aldis.Signals;

/// <summary>
/// Who is called by one send, in order: worked out when somebody connects, so that a send is a loop over an array. Never
/// changes, but for the flag that says that a newer round has taken its place.
/// </summary>
internal sealed partial class Round<T>
{
    private readonly Turn<T>[] _turns;

    // Beside the turns so that the loop of a send touches nothing else. Null when a receiver is asynchronous.
    private readonly Action<T>[]? _calls;

    // A round that is still the newest has only connected receivers: a send looks at the links only after this flag is up.
    // Whoever disconnects marks the link first and raises the flag afterwards.
    private volatile bool _isRetired;

    private Round(Turn<T>[] turns)
    {
        _turns = turns;
        _calls = Array.TrueForAll(turns, turn => turn.Receiver.Call is not null)
            ? Array.ConvertAll(turns, turn => turn.Receiver.Call!)
            : null;
    }

    public static Round<T> Empty { get; } = new([]);

    public bool IsEmpty => _turns.Length == 0;

    /// <summary>Whether somebody asked for this sender's events and not for all.</summary>
    public bool IsForOneSender => Array.Exists(_turns, turn => turn.IsForOneSender);

    public IEnumerable<Link<T>> Links => _turns.SelectMany(turn => turn.Links);

    public void Retire() => _isRetired = true;

    /// <summary>The link of a receiver that is connected for any sender, or for this round's one; null where there is none.</summary>
    public Link<T>? Find(Delegate receiver, bool any)
    {
        foreach (var turn in _turns)
        {
            if (turn.Receiver.Given.Equals(receiver))
            {
                return turn.Links.FirstOrDefault(link => link.Sender is null == any);
            }
        }

        return null;
    }

    /// <summary>The round with one more link, in the last place or, where the receiver is in it already, with that one.</summary>
    public Round<T> With(Link<T> link)
    {
        var twin = Array.FindIndex(_turns,
            turn => turn.First.Sender is null != link.Sender is null && turn.Receiver.Given.Equals(link.Receiver.Given));
        if (twin < 0)
        {
            return new Round<T>([.. _turns, new Turn<T>(link)]);
        }

        var turns = _turns.AsSpan().ToArray();
        turns[twin] = new Turn<T>(turns[twin].First, link);
        return new Round<T>(turns);
    }

    /// <summary>The round without a link. A receiver that has another link goes on in that link's place.</summary>
    public Round<T> Without(Link<T> link)
    {
        var turns = new List<Turn<T>>(_turns.Length);
        Link<T>? rest = null;
        foreach (var turn in _turns)
        {
            if (!turn.Has(link))
            {
                turns.Add(turn);
            }
            else
            {
                rest = turn.Links.FirstOrDefault(other => other != link);
            }
        }

        if (rest is not null)
        {
            var later = turns.FindIndex(turn => turn.First.Order > rest.Order);
            turns.Insert(later < 0 ? turns.Count : later, new Turn<T>(rest));
        }

        return turns.Count == 0 ? Empty : new Round<T>([.. turns]);
    }
}
