using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Aldis.Events;

/// <summary>
/// The time of an event as CloudEvents write it (RFC 3339): in UTC, with as many digits behind the second as it takes, seven at most: <c>2026-11-30T01:02:03.45Z</c>. Safe for any thread.
/// </summary>
public static class CloudEventTime
{
    /// <summary>No time has more bytes, or characters, than this.</summary>
    public const int MaxLength = 28;

    /// <summary>Without a fraction it has so many, the Z included.</summary>
    private const int ShortLength = 20;

    /// <summary>Writes a time.</summary>
    public static string Write(DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return Encoding.ASCII.GetString(text[..Write(time, text)]);
    }

    /// <summary>Writes a time as bytes of ASCII.</summary>
    /// <param name="time">The time.</param>
    /// <param name="text">Where it goes; <see cref="MaxLength"/> bytes are enough.</param>
    /// <returns>How many bytes it has.</returns>
    public static int Write(DateTimeOffset time, Span<byte> text)
    {
        time.UtcDateTime.TryFormat(text, out var length, "O", CultureInfo.InvariantCulture);
        var needed = text[..(length - 1)].TrimEnd((byte)'0').TrimEnd((byte)'.').Length;
        text[needed] = (byte)'Z';
        return needed + 1;
    }

    /// <summary>Reads a time as <see cref="Write(DateTimeOffset)"/> writes it.</summary>
    /// <returns>False where it is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < ShortLength or > MaxLength or ShortLength + 1 || text[^1] != (byte)'Z' || (text.Length > ShortLength && text[ShortLength - 1] != (byte)'.'))
        {
            return false;
        }

        // All digits behind the second are there for the parser.
        Span<byte> whole = stackalloc byte[MaxLength];
        whole.Fill((byte)'0');
        text[..^1].CopyTo(whole);
        whole[ShortLength - 1] = (byte)'.';
        whole[^1] = (byte)'Z';
        return Utf8Parser.TryParse(whole, out time, out var used, 'O') && used == MaxLength;
    }

    /// <summary>Reads a time as <see cref="Write(DateTimeOffset)"/> writes it.</summary>
    /// <returns>False where it is none.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        Span<byte> bytes = stackalloc byte[MaxLength];
        return text.Length <= MaxLength && Ascii.FromUtf16(text, bytes, out var length) == OperationStatus.Done && TryRead(bytes[..length], out time);
    }
}
