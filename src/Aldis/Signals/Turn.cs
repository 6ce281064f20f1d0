namespace Aldis.Signals;

/// <summary>
/// A receiver's place in a round. It has several links when the receiver is connected several times, for any sender, for this one, or
/// both; it is called once all the same, in the place of the best link.
/// </summary>
internal readonly struct Turn<T>
{
    private readonly Link<T>[]? _others;

    public Turn(Link<T> link) => First = link;

    private Turn(Link<T>[] links) => (First, _others) = (links[0], links[1..]);

    /// <summary>The best of its links, which gives it its place.</summary>
    public Link<T> First { get; }

    public bool IsConnected => First.IsConnected || (_others is not null && Array.Exists(_others, link => link.IsConnected));

    public IEnumerable<Link<T>> Links => _others is null ? [First] : [First, .. _others];

    /// <summary>What is called. Not to be asked for when it is not connected any more.</summary>
    public Receiver<T> ToCall()
        => _others is null && !First.IsOnce ? First.Receiver
            : Links.Any(link => link.IsOnce) ? First.Receiver.Once([.. Links])
            : First.Receiver;

    public bool Has(Link<T> link) => First == link || (_others is not null && Array.IndexOf(_others, link) >= 0);

    public Turn<T> With(Link<T> link) => Of([.. Links, link]);

    /// <summary>The turn without a link; null when it was the only one.</summary>
    public Turn<T>? Without(Link<T> link) => _others is null ? null : Of([.. Links.Where(other => other != link)]);

    private static Turn<T> Of(Link<T>[] links)
    {
        Array.Sort(links, (one, other) => one == other ? 0 : one.IsBefore(other) ? -1 : 1);
        return links is [var only] ? new Turn<T>(only) : new Turn<T>(links);
    }
}
