using System.Buffers.Binary;
using System.Numerics;

namespace Aldis.Sqlite;

/// <summary>
/// A check sum of an event as it is stored (CRC-32C, the polynomial of Castagnoli, RFC 3720): SQLite has none of its pages, so a bit that the disk has changed
/// in a body would be handed out. The processor has an instruction for it: an event of 200 bytes takes some 30 nanoseconds.
/// </summary>
internal ref struct EnvelopeSum()
{
    private uint _sum = uint.MaxValue;

    /// <summary>The sum so far, as the file has it: signed, so that it takes four bytes.</summary>
    public readonly int Value => (int)~_sum;

    /// <summary>Adds a text, or that there is none; as it is stored, so that half of a surrogate pair is the replacement character.</summary>
    public EnvelopeSum Add(string? text)
    {
        Add(text?.Length ?? -1);
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            _sum = BitOperations.Crc32C(_sum, (uint)rune.Value);
        }

        return this;
    }

    public EnvelopeSum Add(long number)
    {
        _sum = BitOperations.Crc32C(_sum, (ulong)number);
        return this;
    }

    public EnvelopeSum Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            _sum = BitOperations.Crc32C(_sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            _sum = BitOperations.Crc32C(_sum, one);
        }

        return this;
    }
}
