namespace Aldis;

/// <summary>
/// Makes a method a receiver of the signal of a name: <c>[Receives("orders.placed")]</c>. It takes the event, and, when it is asynchronous, a
/// <see cref="CancellationToken"/> if it likes; what it answers makes it a receiver of a <see cref="Signal{T, TResult}"/>. It is connected with
/// <see cref="SignalSpace.ConnectReceivers{T}(T)"/>.
/// </summary>
/// <param name="signal">The name of the signal, compared letter by letter.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ReceivesAttribute(string signal) : Attribute
{
    /// <summary>The name of the signal.</summary>
    public string Signal { get; } = signal;

    /// <summary>Whose events: a string, a number or another constant. Not set: any sender's. Set to null: those of the sender null.</summary>
    public object? Sender { get; init; }

    /// <summary>Receivers with a higher priority are called before those with a lower one. Default: 0.</summary>
    public int Priority { get; init; }

    /// <summary>Whether the connection ends with the first event. Default: false.</summary>
    public bool Once { get; init; }
}
