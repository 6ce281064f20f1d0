using Aldis.Events;

namespace Aldis;

/// <summary>
/// The identity of an event: a UUID of version 7 (RFC 9562), given before the first attempt to publish and never changed,
/// so that a publish can be repeated safely. Ids sort by the millisecond in which they were made.
/// </summary>
/// <param name="Value">The UUID.</param>
public readonly record struct EventId(Guid Value)
{
    /// <summary>The length of an id as bytes.</summary>
    public const int ByteLength = 16;

    /// <summary>Makes a new id.</summary>
    /// <param name="time">The clock whose millisecond goes into the id.</param>
    public static EventId New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return NewId.At(time.GetUtcNow());
    }

    /// <summary>Reads an id in the usual form.</summary>
    /// <param name="text">For example <c>0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04</c>.</param>
    /// <param name="id">The id, where there is one.</param>
    /// <returns>Whether the text is an id.</returns>
    public static bool TryParse(string? text, out EventId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = new EventId(value);
        return parsed;
    }

    /// <summary>The id as 16 bytes in network order, in which ids sort as they were made.</summary>
    public byte[] ToBytes() => Value.ToByteArray(bigEndian: true);

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="source">Exactly 16 bytes.</param>
    public static EventId FromBytes(ReadOnlySpan<byte> source) => new(new Guid(source, bigEndian: true));

    /// <summary>The id in the usual form.</summary>
    public override string ToString() => Value.ToString("D");
}
