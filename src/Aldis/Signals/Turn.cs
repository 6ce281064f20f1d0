namespace Aldis.Signals;

/// <summary>
/// A receiver's place in a round. It has several links when the receiver is connected several times, for any sender, for this one, or
/// both; it is called once all the same, in the place of the best link.
/// </summary>
internal readonly struct Turn<T>
{
    private readonly Link<T> _first;
    private readonly Link<T>[]? _others;

    public Turn(Link<T> link)
        : this(link, null)
    {
    }

    private Turn(Link<T> first, Link<T>[]? others)
    {
        (_first, _others) = (first, others);
        Receiver = Links.Any(link => link.IsOnce) ? first.Receiver.Once([.. Links]) : first.Receiver;
    }

    /// <summary>What is called.</summary>
    public Receiver<T> Receiver { get; }

    public bool IsConnected => _first.IsConnected || (_others is not null && Array.Exists(_others, link => link.IsConnected));

    public IEnumerable<Link<T>> Links => _others is null ? [_first] : [_first, .. _others];

    public bool Has(Link<T> link) => _first == link || (_others is not null && Array.IndexOf(_others, link) >= 0);

    public bool IsBefore(Turn<T> other) => _first.IsBefore(other._first);

    public Turn<T> With(Link<T> link) => Of([.. Links, link]);

    /// <summary>The turn without a link; null when it was the only one.</summary>
    public Turn<T>? Without(Link<T> link) => _others is null ? null : Of([.. Links.Where(other => other != link)]);

    private static Turn<T> Of(Link<T>[] links)
    {
        Array.Sort(links, (one, other) => one == other ? 0 : one.IsBefore(other) ? -1 : 1);
        return new Turn<T>(links[0], links.Length == 1 ? null : links[1..]);
    }
}
