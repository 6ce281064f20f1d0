namespace Aldis.Signals;

/// <summary>What is called: one delegate, synchronous or asynchronous. Never changes.</summary>
internal sealed partial class Receiver<T>
{
    private readonly Delegate? _given;
    private readonly Tether<Receiver<T>>? _tether;

    // Of the delegate; 0 until somebody asks.
    private int _hash;

    private Receiver(Delegate? given, Tether<Receiver<T>>? tether = null) => (_given, _tether) = (given, tether);

    /// <summary>
    /// The delegate as it was given; two receivers are one when their delegates are equal (same method, same target). Null when it was
    /// held weakly and is gone.
    /// </summary>
    public Delegate? Given => _given ?? _tether!.Value?.Given;

    /// <summary>The synchronous form, or null for an asynchronous receiver.</summary>
    public Action<T>? Call { get; private init; }

    /// <summary>The asynchronous form, or null for a receiver that has only a synchronous one.</summary>
    public Func<T, CancellationToken, ValueTask>? CallAsync { get; private init; }

    /// <summary>Who is told of the end, if anybody.</summary>
    public IObserver<T>? Observer { get; private init; }

    /// <summary>Which events it wants; null for all. The calls look by themselves.</summary>
    private Func<T, bool>? Wants { get; init; }

    private int Hash => _hash == 0 ? _hash = Given?.GetHashCode() ?? -1 : _hash;

    /// <summary>Whether it is the receiver of an equal delegate.</summary>
    public bool Is(Receiver<T> other) => Hash == other.Hash && Given is { } given && given.Equals(other.Given);

    /// <summary>This receiver in a list of a wider event type: called only for events of type T that pass the test.</summary>
    public Receiver<TBase> Within<TBase>(Func<T, bool>? when = null)
    {
        if (this is Receiver<TBase> same && when is null)
        {
            return same;
        }

        return new Receiver<TBase>(_given)
        {
            Wants = @event => Passes(@event, when, out _),
            Call = Call is { } call ? @event => { if (Passes(@event, when, out var own)) { call(own); } } : null,
            CallAsync = CallAsync is { } callAsync
                ? (@event, cancel) => Passes(@event, when, out var own) ? callAsync(own, cancel) : default
                : null,
        };
    }

    /// <summary>This receiver, held by a tether alone, and called as long as that holds.</summary>
    public Receiver<T> HeldBy(Tether<Receiver<T>> tether) => new(given: null, tether)
    {
        Wants = Wants is null ? null : @event => tether.Value?.Wants!(@event) == true,
        Call = Call is null ? null : @event => tether.Value?.Call!(@event),
        CallAsync = CallAsync is null ? null : (@event, cancel) => tether.Value?.CallAsync!(@event, cancel) ?? default,
    };

    /// <summary>This receiver, called only when the links allow it: some of them end with the first event that it wants.</summary>
    public Receiver<T> Once(Link<T>[] links) => new(_given, _tether)
    {
        Call = Call is { } call ? @event => { if (Takes(@event, links)) { call(@event); } } : null,
        CallAsync = CallAsync is { } callAsync
            ? (@event, cancel) => Takes(@event, links) ? callAsync(@event, cancel) : default
            : null,
    };

    private bool Takes(T @event, Link<T>[] links)
    {
        if (Wants?.Invoke(@event) == false)
        {
            return false;
        }

        var takes = false;
        foreach (var link in links)
        {
            takes |= link.IsOnce ? link.TryEnd() : link.IsConnected;
        }

        return takes;
    }

    private static bool Passes<TBase>(TBase @event, Func<T, bool>? when, out T own)
    {
        if (@event is T matching && (when is null || when(matching)))
        {
            own = matching;
            return true;
        }

        own = default!;
        return false;
    }
}
