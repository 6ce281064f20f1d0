namespace Aldis.Signals;

/// <summary>
/// The one list of receivers, copied on write, behind <see cref="Callback{T}"/>, <see cref="Subject{T}"/> and
/// <see cref="Signal{T}"/>. It keeps a finished <see cref="Round{T}"/> for every sender that somebody names and one for all others.
/// Sends read a round without a lock; changes are made one at a time under a lock, and put new rounds in place of old ones.
/// </summary>
internal sealed partial class Receivers<T>
{
    private readonly Lock _changing = new();
    private volatile Round<T> _any = Round<T>.Empty;

    // Replaced as a whole, never changed, and null when no receiver names a sender: then a send pays for one comparison.
    private volatile Dictionary<object, Round<T>>? _named;
    private long _lastOrder;
    private bool _isClosed;

    public bool IsEmpty => _any.IsEmpty && _named is null;

    /// <summary>The round for events that have no sender's receivers: the only one of a callback or subject.</summary>
    public Round<T> Any => _any;

    /// <summary>The round for a sender's events.</summary>
    public Round<T> For(object? sender)
        => _named is { } named && named.TryGetValue(Senders.Key(sender), out var round) ? round : _any;

    /// <summary>Connects a receiver, which may be in the list already, for any sender; null when the list is closed.</summary>
    public Connection<T>? Add(Receiver<T> receiver)
    {
        lock (_changing)
        {
            return _isClosed ? null : Hold(Append(receiver, key: null));
        }
    }

    /// <summary>Connects a receiver for any sender, unless it is; then its link gets one more holder.</summary>
    public Connection<T> Connect(Receiver<T> receiver)
    {
        lock (_changing)
        {
            return Hold(_any.Find(receiver.Given, any: true) ?? Append(receiver, key: null));
        }
    }

    /// <summary>Connects a receiver for one sender, unless it is; then its link gets one more holder.</summary>
    public Connection<T> Connect(Receiver<T> receiver, object? sender)
    {
        lock (_changing)
        {
            return Hold(For(sender).Find(receiver.Given, any: false) ?? Append(receiver, Senders.Key(sender)));
        }
    }

    /// <summary>Puts one receiver, or none, in place of what is there, in one step, and gives back the earlier one.</summary>
    public Receiver<T>? Replace(Receiver<T>? receiver)
    {
        lock (_changing)
        {
            var old = _any;
            var earlier = old.Links.FirstOrDefault();
            _any = receiver is null ? Round<T>.Empty : Round<T>.Empty.With(new Link<T>(receiver, sender: null, ++_lastOrder));
            if (receiver is null && earlier is not null)
            {
                earlier.IsConnected = false;
                old.Retire();
            }

            // With a successor the earlier one stays connected: a call that has begun with it would otherwise reach neither.
            return earlier?.Receiver;
        }
    }

    private Connection<T> Hold(Link<T> link)
    {
        link.Holders++;
        return new Connection<T>(this, link);
    }

    private Link<T> Append(Receiver<T> receiver, object? key)
    {
        var link = new Link<T>(receiver, key, ++_lastOrder);
        if (key is null)
        {
            ChangeAll(round => round.With(link));
        }
        else
        {
            ChangeOne(key, For(key).With(link));
        }

        return link;
    }

    private void ChangeAll(Func<Round<T>, Round<T>> change)
    {
        var any = _any;
        _any = change(any);
        any.Retire();
        if (_named is { } named)
        {
            var changed = new Dictionary<object, Round<T>>(named.Count, named.Comparer);
            foreach (var (key, round) in named)
            {
                changed.Add(key, change(round));
                round.Retire();
            }

            _named = changed;
        }
    }

    private void ChangeOne(object key, Round<T> round)
    {
        var named = _named is { } before ? new Dictionary<object, Round<T>>(before, before.Comparer) : new(Senders.Comparer);
        var old = named.GetValueOrDefault(key);
        if (round.IsForOneSender)
        {
            named[key] = round;
        }
        else
        {
            named.Remove(key);
        }

        _named = named.Count == 0 ? null : named;
        old?.Retire();
    }
}
