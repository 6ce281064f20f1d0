using System.Runtime.CompilerServices;

namespace Aldis.Signals;

/// <summary>
/// When two senders are one: strings, value types (numbers, enums, structs, tuples) and value senders by type and value, everything
/// else by reference. So <c>true</c> is not 1, and two equal records of a reference type are two senders.
/// </summary>
internal sealed class Senders : IEqualityComparer<object>
{
    // No dictionary takes null as a key, and null is a sender like another.
    private static readonly object NullSender = new();

    public static Senders Comparer { get; } = new();

    /// <summary>What to look for.</summary>
    public static object Key(object? sender) => sender ?? NullSender;

    /// <summary>What to keep in a table: it leaves the life of a sender that matches by reference alone. Who connects holds the sender.</summary>
    public static object KeyToKeep(object? sender) => sender is null || IsValue(sender) ? Key(sender) : new SenderKey(sender);

    /// <summary>The sender behind a key; null also when it is gone.</summary>
    public static object? Of(object? key) => key is SenderKey kept ? kept.Sender : key == NullSender ? null : key;

    bool IEqualityComparer<object>.Equals(object? one, object? other)
        => ReferenceEquals(one, other) || (one is SenderKey kept ? kept.Is(other) : one is not null && IsValue(one) && one.Equals(other));

    int IEqualityComparer<object>.GetHashCode(object sender)
        => sender is SenderKey kept ? kept.Hash : IsValue(sender) ? sender.GetHashCode() : RuntimeHelpers.GetHashCode(sender);

    /// <summary>Whether it matches by value: then it has no life of its own, and whatever is equal stands for it.</summary>
    public static bool IsValue(object sender) => sender is string or ValueType or IValueSender;

    /// <summary>The key of a sender that matches by reference. It matches no other when the sender is gone, whatever takes its place in memory.</summary>
    private sealed class SenderKey(object sender)
    {
        private readonly WeakReference<object> _sender = new(sender);

        public int Hash { get; } = RuntimeHelpers.GetHashCode(sender);

        public object? Sender => _sender.TryGetTarget(out var sender) ? sender : null;

        public bool Is(object? other) => _sender.TryGetTarget(out var sender) && ReferenceEquals(sender, other);
    }
}
