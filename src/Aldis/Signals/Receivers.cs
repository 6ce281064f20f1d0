using System.Collections.Concurrent;

namespace Aldis.Signals;

/// <summary>
/// The one list of receivers, copied on write, behind <see cref="Callback{T}"/>, <see cref="Subject{T}"/> and
/// <see cref="Signal{T}"/>. It keeps a finished <see cref="Round{T}"/> for every sender that somebody names and one for all others.
/// Sends read a round without a lock; changes are made one at a time under a lock, and put new rounds in place of old ones.
/// </summary>
/// <param name="owner">The signal, subject or callback.</param>
internal sealed partial class Receivers<T>(object owner) : ReceiverList
{
    private readonly Lock _changing = new();
    private volatile Round<T> _any = Round<T>.Empty;

    // Null when no receiver names a sender.
    private volatile ConcurrentDictionary<object, Round<T>>? _named;
    private long _lastOrder;
    private bool _isClosed;

    public override bool IsEmpty => _any.IsEmpty && _named is null && _carriers.Length == 0;

    /// <summary>The round for events that have no sender's receivers: the only one of a callback or subject.</summary>
    public Round<T> Any => _any;

    /// <summary>The round for a sender's events.</summary>
    public Round<T> For(object? sender) => IsPlain ? _any : IsMuted ? Round<T>.Empty : Named(sender) ?? _any;

    public override bool IsEmptyFor(object? sender) => For(sender).IsEmpty && !IsCarried;

    public override IReadOnlyList<Delegate> GivenFor(object? sender)
        => [.. For(sender).Turns.Where(turn => turn.IsConnected).Select(turn => turn.First.Receiver?.Given).OfType<Delegate>()];

    /// <summary>Adds a receiver, which may be in the list already; null when the list is closed.</summary>
    public Link<T>? Add(Receiver<T> receiver, in ConnectOptions options = default)
    {
        lock (_changing)
        {
            return _isClosed ? null : Append(receiver, options, merge: false);
        }
    }

    /// <summary>Connects a receiver; however often it is connected, it is called once.</summary>
    public Link<T> Connect(Receiver<T> receiver, in ConnectOptions options = default)
    {
        Link<T> link;
        ReceiverChange? change;
        lock (_changing)
        {
            var isNew = IsWatched && !IsConnected(receiver, options);
            link = Append(receiver, options, merge: true);
            change = isNew ? ChangeOf(link) : null;
        }

        TellConnected(change, link);
        return link;
    }

    /// <summary>Puts one receiver, or none, in place of what is there, in one step, and gives back the earlier one.</summary>
    public Receiver<T>? Replace(Receiver<T>? receiver)
    {
        lock (_changing)
        {
            var old = _any;
            var earlier = old.Links.FirstOrDefault();
            var link = receiver is null ? null : new Link<T>(this, receiver, ++_lastOrder, senderKey: null, default);
            _any = link is null ? Round<T>.Empty : Round<T>.Empty.With(link, merge: false);
            if (link is null && earlier is not null)
            {
                earlier.End();
                old.Retire();
            }

            // With a successor the earlier one stays connected: a call that has begun with it would otherwise reach neither.
            return earlier?.Receiver;
        }
    }

    private Round<T>? Named(object? sender) => _named?.GetValueOrDefault(Senders.Key(sender));

    private Link<T> Append(Receiver<T> receiver, in ConnectOptions options, bool merge)
    {
        var key = options.HasSender ? KeyOf(options.Sender) : null;
        var link = new Link<T>(this, receiver, ++_lastOrder, key, options);
        if (key is null)
        {
            ChangeAll(link, static (round, link, merge) => round.With(link, merge), merge);
        }
        else
        {
            ChangeOne(key, (Named(options.Sender) ?? _any.Fork()).With(link, merge));
        }

        link.Tracked = ConnectionTracker.Watch(owner);
        return link;
    }

    /// <summary>The key under which a sender's round is kept, or is to be kept.</summary>
    private object KeyOf(object? sender) => Named(sender)?.SenderKey ?? Senders.KeyToKeep(sender);

    private void ChangeAll(Link<T> link, Func<Round<T>, Link<T>, bool, Round<T>> change, bool merge = false)
    {
        var any = _any;
        _any = change(any, link, merge);
        any.Retire();
        if (_named is { } named)
        {
            foreach (var (key, round) in named)
            {
                named[key] = change(round, link, merge);
                round.Retire();
            }
        }
    }

    private void ChangeOne(object key, Round<T> round)
    {
        if (_named is null)
        {
            _named = new(Senders.Comparer);
            AddException();
        }

        var named = _named;
        var old = named.GetValueOrDefault(key);
        if (round.SenderKey is not null)
        {
            named[key] = round;
        }
        else
        {
            named.TryRemove(key, out _);
        }

        old?.Retire();
        if (named.IsEmpty)
        {
            _named = null;
            RemoveException();
        }
    }
}
