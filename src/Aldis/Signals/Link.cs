namespace Aldis.Signals;

/// <summary>
/// One call of Connect or Subscribe, and what its caller holds: a receiver for one sender, or for any. All changes happen under the
/// lock of its list.
/// </summary>
internal sealed class Link<T> : IDisposable
{
    private readonly Receivers<T> _list;
    private Receiver<T>? _receiver;
    private object? _sender;
    private Tether<Receiver<T>>? _receiverTether;
    private Tether<object>? _senderTether;
    private WeakReference<Link<T>>? _self;

    // Sends read it without the lock, after the flag IsRetired of their round.
    private volatile bool _isConnected = true;

    public Link(Receivers<T> list, Receiver<T> receiver, long order, object? senderKey, in ConnectOptions options)
    {
        (_list, Order, SenderKey, Priority, IsOnce) = (list, order, senderKey, options.Priority, options.Once);
        _receiver = options.WeakReceiver && receiver.Given?.Target is { } target ? Weakly(receiver, target) : receiver;
        if (options is { WeakSender: true, Sender: { } sender } && !Senders.IsValue(sender))
        {
            _senderTether = new Tether<object>(sender, value: null, Losing());
        }
        else
        {
            _sender = options.Sender;
        }
    }

    /// <summary>The key of the sender (see <see cref="Senders"/>), or null for any sender.</summary>
    public object? SenderKey { get; }

    /// <summary>The place among all links of the list that have the same priority: a later link has a greater number.</summary>
    public long Order { get; }

    public int Priority { get; }

    public bool IsOnce { get; }

    public bool IsConnected => _isConnected;

    /// <summary>Who watches over the end, if anybody.</summary>
    public IDisposable? Tracked { get; set; }

    /// <summary>What is called. Not to be asked for after the end.</summary>
    public Receiver<T> Receiver => _receiver!;

    /// <summary>Undoes this call of Connect and no other.</summary>
    public void Dispose() => _list.Disconnect(this);

    /// <summary>Undoes it from within a send, and tells whether it was this call that did.</summary>
    public bool TryEnd() => _list.TryRemove(this) is not null;

    /// <summary>Whether the receiver is called before that of another link.</summary>
    public bool IsBefore(Link<T> other) => Priority != other.Priority ? Priority > other.Priority : Order < other.Order;

    /// <summary>Marks the end, before any list is without it.</summary>
    public void End()
    {
        _isConnected = false;
        _receiverTether?.Dispose();
        _senderTether?.Dispose();
        Tracked?.Dispose();
    }

    /// <summary>Lets go of everything, in case the caller keeps the connection after its end.</summary>
    public void Release() => (_receiver, _sender, _receiverTether, _senderTether, Tracked) = (null, null, null, null, null);

    private Receiver<T> Weakly(Receiver<T> receiver, object target)
    {
        _receiverTether = new Tether<Receiver<T>>(target, receiver, Losing());
        return receiver.HeldBy(_receiverTether);
    }

    /// <summary>What to do when an anchor is gone. It must not hold the list, which would then live as long as the anchor.</summary>
    private Action Losing()
    {
        // Held by the link as well: a weak reference that dies together with the anchor may be finalized, and empty, before it is asked.
        var self = _self ??= new WeakReference<Link<T>>(this);
        return () =>
        {
            if (self.TryGetTarget(out var link))
            {
                link._list.Lose(link);
            }
        };
    }
}
