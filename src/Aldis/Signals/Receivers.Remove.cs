namespace Aldis.Signals;

internal sealed partial class Receivers<T>
{
    /// <summary>Takes one link away. Does nothing when it has gone already.</summary>
    public void Disconnect(Link<T> link)
    {
        ReceiverChange? change = null;
        lock (_changing)
        {
            if (link.IsConnected)
            {
                change = TakeExplicitly(link);
            }
        }

        TellDisconnected(change);
    }

    public override void Disconnect(Delegate receiver) => Disconnect(receiver, Links);

    public override void Disconnect(Delegate receiver, object? sender)
        => Disconnect(receiver, () => Named(sender)?.Links.Where(link => link.SenderKey is not null) ?? []);

    /// <summary>Takes a link away without a word, and gives back its receiver; null when it has gone already.</summary>
    public Receiver<T>? TryRemove(Link<T> link)
    {
        lock (_changing)
        {
            return link.IsConnected ? Take(link) : null;
        }
    }

    /// <summary>Takes a link away whose receiver's target or whose sender is no more.</summary>
    public void Lose(Link<T> link)
    {
        ReceiverChange? change;
        lock (_changing)
        {
            if (!link.IsConnected)
            {
                return;
            }

            change = IsWatched ? ChangeOf(link) : null;
            Take(link);
            Lost++;
        }

        TellLost(change);
    }

    /// <summary>Refuses further receivers, reaches nobody any more, and gives back the links there were, in order.</summary>
    public Link<T>[] Close()
    {
        lock (_changing)
        {
            var links = Links().ToArray();
            _isClosed = true;
            _any.Retire();
            _any = Round<T>.Empty;
            return links;
        }
    }

    private void Disconnect(Delegate receiver, Func<IEnumerable<Link<T>>> among)
    {
        ReceiverChange?[] changes;
        lock (_changing)
        {
            var links = among().Where(link => receiver.Equals(link.Receiver.Given)).ToArray();
            changes = Array.ConvertAll(links, TakeExplicitly);
        }

        Array.ForEach(changes, TellDisconnected);
    }

    private IEnumerable<Link<T>> Links()
    {
        var ofOneSender = _named?.Values.SelectMany(round => round.Links).Where(link => link.SenderKey is not null) ?? [];
        return _any.Links.Concat(ofOneSender);
    }

    /// <summary>Takes a link away, and gives back what is to be told: nothing while another link connects the same pair.</summary>
    private ReceiverChange? TakeExplicitly(Link<T> link)
    {
        var change = IsWatched ? ChangeOf(link) : null;
        var receiver = Take(link);
        return change is not null && !IsConnected(receiver, Options(change)) ? change : null;
    }

    private Receiver<T> Take(Link<T> link)
    {
        var receiver = link.Receiver;

        // First the link, then the flag of the old round (in the change): a send that sees the flag must see the link gone.
        link.End();
        if (link.SenderKey is not { } key)
        {
            ChangeAll(link, static (round, link, _) => round.Without(link));
        }
        else if (_named is { } named && named.TryGetValue(key, out var round))
        {
            ChangeOne(key, round.Without(link));
        }

        link.Release();
        return receiver;
    }
}
