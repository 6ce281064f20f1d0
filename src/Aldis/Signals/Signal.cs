using Aldis.Signals;

namespace Aldis;

/// <summary>
/// A topic inside the process: what all signals have in common. <see cref="Signal{T}"/> hands out events;
/// <see cref="Signal{T, TResult}"/> brings back an answer from each receiver.
/// </summary>
/// <remarks>Safe for any thread.</remarks>
public abstract class Signal
{
    private Signal<ReceiverChange>? _receiverConnected;
    private Signal<ReceiverChange>? _receiverDisconnected;
    private Signal<ReceiverChange>? _connectionLost;
    private string? _identity;

    private protected Signal(string? name, Func<Signal, ReceiverList> receivers) => (Name, List) = (name, receivers(this));

    /// <summary>The name in its <see cref="SignalSpace"/>, or null for an anonymous signal. It has no part in who is called.</summary>
    public string? Name { get; }

    /// <summary>What the signal is for, in words for people; null where nobody said.</summary>
    public string? Description { get; init; }

    /// <summary>Whether anybody is connected, for any sender or for one.</summary>
    public bool HasReceivers => !List.IsEmpty;

    /// <summary>
    /// How many weak connections have ended because the garbage collector took the receiver's target or the sender. Never falls.
    /// </summary>
    public long LostConnections => List.Lost;

    /// <summary>
    /// Sent when a receiver has been connected for a sender (or for any) for which it was not, on the thread and before the end of Connect,
    /// with this signal as the sender. When a receiver throws, the connection is undone and the error goes to the caller of Connect.
    /// </summary>
    public Signal<ReceiverChange> ReceiverConnected => Make(ref _receiverConnected);

    /// <summary>
    /// Sent when a receiver has been disconnected from a sender (or from any) by Dispose or Disconnect, on the thread of that call, with this
    /// signal as the sender. Not when a connection ends by itself: see <see cref="ConnectionLost"/> and <see cref="ConnectOptions.Once"/>.
    /// </summary>
    public Signal<ReceiverChange> ReceiverDisconnected => Make(ref _receiverDisconnected);

    /// <summary>
    /// Sent when a weak connection has ended because the garbage collector took the receiver's target or the sender, some time later, on a thread of
    /// the pool, with this signal as the sender. Every receiver is called; their errors go to <see cref="TaskScheduler.UnobservedTaskException"/>.
    /// </summary>
    public Signal<ReceiverChange> ConnectionLost => Make(ref _connectionLost);

    private protected ReceiverList List { get; }

    /// <summary>Which of all signals of its name it is: what it sends to others and gets back is its own.</summary>
    internal string Identity => _identity ?? Interlocked.CompareExchange(ref _identity, Guid.CreateVersion7().ToString("N"), null) ?? _identity;

    internal bool IsWatched
        => _receiverConnected?.HasReceivers == true || _receiverDisconnected?.HasReceivers == true || _connectionLost?.HasReceivers == true;

    /// <summary>The signal of a name in <see cref="SignalSpace.Default"/>, made when it is asked for the first time.</summary>
    /// <param name="name">The name, compared letter by letter; not empty.</param>
    /// <typeparam name="T">The event.</typeparam>
    /// <returns>The same signal for the same name, each time.</returns>
    /// <exception cref="AldisException">ALD1501: the name belongs to a signal of another event type.</exception>
    public static Signal<T> Named<T>(string name) => SignalSpace.Default.Get<T>(name);

    /// <summary>The signal with answers of a name in <see cref="SignalSpace.Default"/>, made when it is asked for the first time.</summary>
    /// <param name="name">The name, compared letter by letter; not empty.</param>
    /// <typeparam name="T">The event.</typeparam>
    /// <typeparam name="TResult">What each receiver answers.</typeparam>
    /// <returns>The same signal for the same name, each time.</returns>
    /// <exception cref="AldisException">ALD1501: the name belongs to a signal of another event type, or of other answers.</exception>
    public static Signal<T, TResult> Named<T, TResult>(string name) => SignalSpace.Default.Get<T, TResult>(name);

    /// <summary>
    /// Whether a send with this sender would call anybody now, so that nobody builds an event that nobody wants. Weak receivers count
    /// until their loss has been noticed.
    /// </summary>
    /// <param name="sender">The sender; null is a sender like another, and the one of a send without a sender.</param>
    public bool HasReceiversFor(object? sender) => !List.IsEmptyFor(sender);

    /// <summary>Whom a send with this sender would call now, in order.</summary>
    /// <param name="sender">The sender; null is a sender like another, and the one of a send without a sender.</param>
    /// <returns>The delegates as they were given to Connect.</returns>
    public IReadOnlyList<Delegate> ReceiversFor(object? sender) => List.GivenFor(sender);

    /// <summary>
    /// Lets sends reach nobody until the result is disposed: those of this flow of execution (this thread, what it awaits, and what it starts),
    /// not those of others. Mutes may be nested, and end in any order.
    /// </summary>
    public IDisposable Muted() => List.BeginMute();

    /// <summary>For example <c>signal 'orders.placed' of Shop.OrderPlaced</c>.</summary>
    public override string ToString() => (Name is null ? "anonymous signal of " : $"signal '{Name}' of ") + Signature;

    /// <summary>The types that must agree for a name to mean the same signal, for people.</summary>
    internal abstract string Signature { get; }

    internal void TellConnected(ReceiverChange change) => _receiverConnected?.Send(this, change);

    internal void TellDisconnected(ReceiverChange change) => _receiverDisconnected?.Send(this, change);

    internal void TellLost(ReceiverChange change)
    {
        if (_connectionLost is { } lost)
        {
            // Not here: this is the finalizer's thread. A task that fails unobserved is reported; an exception would end the process.
            ThreadPool.UnsafeQueueUserWorkItem(state => _ = state.lost.SendAllAsync(state.change.Signal, state.change).AsTask(),
                (lost, change), preferLocal: false);
        }
    }

    private protected void DisconnectAll(Delegate receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        List.Disconnect(receiver);
    }

    private protected void DisconnectPair(Delegate receiver, object? sender)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        List.Disconnect(receiver, sender);
    }

    private static Signal<ReceiverChange> Make(ref Signal<ReceiverChange>? signal)
    {
        if (Volatile.Read(ref signal) is null)
        {
            Interlocked.CompareExchange(ref signal, new Signal<ReceiverChange>(), null);
        }

        return signal!;
    }
}
