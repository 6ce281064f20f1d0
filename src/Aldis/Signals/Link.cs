namespace Aldis.Signals;

/// <summary>One receiver connected for one sender, or for any. All changes happen under the lock of its list.</summary>
internal sealed class Link<T>(Receiver<T> receiver, object? sender, long order)
{
    // Sends read it without the lock, after the flag IsRetired of their round.
    private volatile bool _isConnected = true;

    public Receiver<T> Receiver { get; } = receiver;

    /// <summary>The key of the sender (see <see cref="Senders"/>), or null for any sender.</summary>
    public object? Sender { get; } = sender;

    /// <summary>The place among all links of the list: a later link has a greater number.</summary>
    public long Order { get; } = order;

    /// <summary>How many connections hold the link; the last one to be disposed takes it away.</summary>
    public int Holders { get; set; }

    public bool IsConnected
    {
        get => _isConnected;
        set => _isConnected = value;
    }
}
