using System.Diagnostics.CodeAnalysis;

namespace Aldis;

/// <summary>
/// The identity of an event: a UUID of version 7 (RFC 9562), given before the first attempt to publish and never changed,
/// so that a publish can be repeated safely. Ids sort by the millisecond in which they were made.
/// </summary>
/// <param name="Value">The UUID.</param>
public readonly record struct EventId(Guid Value) : IComparable<EventId>, ISpanParsable<EventId>
{
    /// <summary>The length of an id as bytes.</summary>
    public const int ByteLength = 16;

    /// <summary>Makes a new id.</summary>
    /// <param name="time">The clock whose millisecond goes into the id.</param>
    public static EventId New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new EventId(Guid.CreateVersion7(time.GetUtcNow()));
    }

    /// <summary>Writes the id as 16 bytes in network order, in which ids sort as they were made.</summary>
    /// <param name="destination">At least 16 bytes.</param>
    public void WriteBytes(Span<byte> destination) => Value.TryWriteBytes(destination, bigEndian: true, out _);

    /// <summary>Reads what <see cref="WriteBytes"/> wrote.</summary>
    /// <param name="source">Exactly 16 bytes.</param>
    public static EventId FromBytes(ReadOnlySpan<byte> source) => new(new Guid(source, bigEndian: true));

    /// <inheritdoc/>
    public int CompareTo(EventId other) => Value.CompareTo(other.Value);

    /// <summary>The id in the usual form, for example <c>0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04</c>.</summary>
    public override string ToString() => Value.ToString("D");

    /// <inheritdoc/>
    public static EventId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => new(Guid.ParseExact(s, "D"));

    /// <inheritdoc/>
    public static EventId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out EventId result)
    {
        var parsed = Guid.TryParseExact(s, "D", out var value);
        result = new EventId(value);
        return parsed;
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EventId result)
        => TryParse(s.AsSpan(), provider, out result);

    /// <summary>Whether the left id sorts before the right one.</summary>
    public static bool operator <(EventId left, EventId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left id sorts before the right one or is the same.</summary>
    public static bool operator <=(EventId left, EventId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left id sorts after the right one.</summary>
    public static bool operator >(EventId left, EventId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left id sorts after the right one or is the same.</summary>
    public static bool operator >=(EventId left, EventId right) => left.CompareTo(right) >= 0;
}
