namespace Aldis.Signals;

internal sealed partial class Receivers<T>
{
    /// <summary>One holder of a link lets go; the last one takes the link away. Does nothing when the link has gone already.</summary>
    public void Release(Link<T> link)
    {
        lock (_changing)
        {
            if (link.IsConnected && --link.Holders == 0)
            {
                Take(link);
            }
        }
    }

    /// <summary>Takes a link away, whoever holds it, and tells whether it was there.</summary>
    public bool Remove(Link<T> link)
    {
        lock (_changing)
        {
            return link.IsConnected && Take(link);
        }
    }

    /// <summary>Takes away every link of a receiver.</summary>
    public void Disconnect(Delegate receiver)
    {
        lock (_changing)
        {
            foreach (var link in Links().Where(link => link.Receiver.Given.Equals(receiver)).ToArray())
            {
                Take(link);
            }
        }
    }

    /// <summary>Takes away the link of a receiver with one sender.</summary>
    public void Disconnect(Delegate receiver, object? sender)
    {
        lock (_changing)
        {
            if (For(sender).Find(receiver, any: false) is { } link)
            {
                Take(link);
            }
        }
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

    private IEnumerable<Link<T>> Links()
    {
        var ofOneSender = _named?.Values.SelectMany(round => round.Links).Where(link => link.Sender is not null) ?? [];
        return _any.Links.Concat(ofOneSender);
    }

    private bool Take(Link<T> link)
    {
        // First the link, then the flag of the old round (in the change): a send that sees the flag must see the link gone.
        link.IsConnected = false;
        if (link.Sender is { } key)
        {
            ChangeOne(key, For(key).Without(link));
        }
        else
        {
            ChangeAll(round => round.Without(link));
        }

        return true;
    }
}
