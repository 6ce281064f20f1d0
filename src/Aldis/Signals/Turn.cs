namespace Aldis.Signals;

/// <summary>
/// A receiver's place in a round. It has two links when the receiver is connected for any sender and for this one as well, and
/// is called once all the same, in the place of the earlier link.
/// </summary>
internal readonly struct Turn<T>(Link<T> first, Link<T>? second = null)
{
    public Receiver<T> Receiver { get; } = first.Receiver;

    public Link<T> First { get; } = first;

    public Link<T>? Second { get; } = second;

    public bool IsConnected => First.IsConnected || Second is { IsConnected: true };

    /// <summary>Whether the receiver asked for this sender's events, perhaps besides all.</summary>
    public bool IsForOneSender => First.Sender is not null || Second?.Sender is not null;

    public bool Has(Link<T> link) => First == link || Second == link;

    public IEnumerable<Link<T>> Links => Second is null ? [First] : [First, Second];
}
