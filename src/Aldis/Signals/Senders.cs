using System.Runtime.CompilerServices;

namespace Aldis.Signals;

/// <summary>
/// When two senders are one: strings and value types (numbers, enums, structs, tuples) by type and value, everything else by
/// reference. So <c>true</c> is not 1, and two equal records of a reference type are two senders.
/// </summary>
internal sealed class Senders : IEqualityComparer<object>
{
    // No dictionary takes null as a key, and null is a sender like another.
    private static readonly object NullSender = new();

    public static Senders Comparer { get; } = new();

    public static object Key(object? sender) => sender ?? NullSender;

    bool IEqualityComparer<object>.Equals(object? one, object? other)
        => ReferenceEquals(one, other) || (one is string or ValueType && one.Equals(other));

    int IEqualityComparer<object>.GetHashCode(object sender)
        => sender is string or ValueType ? sender.GetHashCode() : RuntimeHelpers.GetHashCode(sender);
}
