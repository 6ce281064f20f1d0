namespace Aldis.Signals;

/// <summary>What a signal asks of its list of receivers, whatever they take.</summary>
internal abstract class ReceiverList
{
    // How many reasons there are for a send to look further than at the one round for all: senders with receivers of
    // their own, mutes, carriers.
    private volatile int _exceptions;
    private volatile int _mutes;
    private readonly AsyncLocal<Mute[]?> _ofFlow = new();

    public abstract bool IsEmpty { get; }

    /// <summary>How many connections ended because the garbage collector took the receiver's target or the sender.</summary>
    public long Lost { get; protected set; }

    public abstract bool IsEmptyFor(object? sender);

    /// <summary>The delegates that a sender's events are handed to, in order, as they were given.</summary>
    public abstract IReadOnlyList<Delegate> GivenFor(object? sender);

    /// <summary>Takes away every link of a receiver.</summary>
    public abstract void Disconnect(Delegate receiver);

    /// <summary>Takes away the links of a receiver with one sender.</summary>
    public abstract void Disconnect(Delegate receiver, object? sender);

    /// <summary>Lets sends of this flow of execution reach nobody, until it is disposed.</summary>
    public IDisposable BeginMute()
    {
        Interlocked.Increment(ref _mutes);
        AddException();
        var mute = new Mute(this);
        _ofFlow.Value = [.. StillOn(), mute];
        return mute;
    }

    /// <summary>Whether every send goes to the one round for all.</summary>
    public bool IsPlain => _exceptions == 0;

    /// <summary>Whether this flow of execution is muted. It is looked at only when some flow is.</summary>
    protected bool IsMuted => _mutes != 0 && _ofFlow.Value is { } mutes && Array.Exists(mutes, static mute => mute.IsOn);

    protected void AddException() => Interlocked.Increment(ref _exceptions);

    protected void RemoveException() => Interlocked.Decrement(ref _exceptions);

    private IEnumerable<Mute> StillOn() => _ofFlow.Value?.Where(mute => mute.IsOn) ?? [];

    /// <summary>
    /// One Muted. The flow carries those that were on when it began the newest, wherever it goes; each ends by itself, so that neither the
    /// order nor the flow in which they are disposed matters.
    /// </summary>
    private sealed class Mute(ReceiverList list) : IDisposable
    {
        private int _isOver;

        public bool IsOn => Volatile.Read(ref _isOver) == 0;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                list.RemoveException();
                Interlocked.Decrement(ref list._mutes);
                list._ofFlow.Value = list.StillOn().ToArray() is { Length: > 0 } others ? others : null;
            }
        }
    }
}
