using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Aldis.Events;

/// <summary>Makes UUIDs of version 7 (RFC 9562). Each thread takes random bytes for many of them at a time, so that not every id asks the system.</summary>
internal static class NewId
{
    private const int RandomBytes = 10;
    private const int Ids = 64;

    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _used;

    /// <summary>An id of that millisecond.</summary>
    public static EventId At(DateTimeOffset time)
    {
        Span<byte> id = stackalloc byte[EventId.ByteLength];
        BinaryPrimitives.WriteInt64BigEndian(id, time.ToUnixTimeMilliseconds() << 16);
        TakeRandom(id[(EventId.ByteLength - RandomBytes)..]);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return EventId.FromBytes(id);
    }

    private static void TakeRandom(Span<byte> to)
    {
        var random = _random ??= new byte[Ids * RandomBytes];
        if (_used == 0)
        {
            RandomNumberGenerator.Fill(random);
        }

        var from = random.AsSpan(_used, RandomBytes);
        from.CopyTo(to);
        // What has become an id stays nowhere else.
        from.Clear();
        _used = (_used + RandomBytes) % random.Length;
    }
}
