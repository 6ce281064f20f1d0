namespace Aldis;

/// <summary>What a signal's own signals tell: a receiver came or went.</summary>
/// <param name="Signal">The signal it was connected to.</param>
/// <param name="Receiver">The receiver, as it was given; null when the garbage collector has taken it.</param>
/// <param name="Sender">The sender whose events it got; null when they were the sender null's or any sender's, or when it has been collected.</param>
/// <param name="IsForAnySender">Whether it got the events of every sender.</param>
public sealed record ReceiverChange(Signal Signal, Delegate? Receiver, object? Sender, bool IsForAnySender);
