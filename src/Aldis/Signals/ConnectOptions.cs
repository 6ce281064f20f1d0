namespace Aldis;

/// <summary>How a receiver is connected to a signal. The default: for any sender, in order of connection, until it is disconnected, held strongly.</summary>
public readonly record struct ConnectOptions
{
    private readonly object? _sender;
    private readonly bool _hasSender;

    /// <summary>
    /// Whose events. Not set: any sender's. Set to null: those of the sender null, which is a sender like another. Strings, value types
    /// and <see cref="IValueSender"/> match by type and value, all others by reference.
    /// </summary>
    public object? Sender
    {
        get => _sender;
        init => (_sender, _hasSender) = (value is ConnectOptions ? throw OptionsAsSender() : value, true);
    }

    /// <summary>Whether <see cref="Sender"/> was set, be it to null.</summary>
    public bool HasSender => _hasSender;

    /// <summary>Receivers with a higher priority are called before those with a lower one; equals in order of connection. Default: 0.</summary>
    public int Priority { get; init; }

    /// <summary>Whether the connection ends with the first event, before the receiver is called: it is called once, whoever sends. Default: false.</summary>
    public bool Once { get; init; }

    /// <summary>
    /// Whether the connection leaves the life of the receiver's target alone, and ends when the garbage collector has taken it. A static
    /// method has no target and stays. A lambda that captures variables is its own target, which nobody else holds: it is lost at once;
    /// give a method of the object that shall live. Default: false.
    /// </summary>
    public bool WeakReceiver { get; init; }

    /// <summary>
    /// Whether the connection leaves the life of the sender alone, and ends when the garbage collector has taken it. A sender that matches by
    /// value has no life of its own; it stays. Default: false.
    /// </summary>
    public bool WeakSender { get; init; }

    /// <summary>The compiler takes a nullable ConnectOptions for a sender, which nobody would ever be.</summary>
    private static ArgumentException OptionsAsSender()
        => new("Options were given in the place of a sender. Give them as ConnectOptions, not as ConnectOptions? or object.", nameof(Sender));
}
