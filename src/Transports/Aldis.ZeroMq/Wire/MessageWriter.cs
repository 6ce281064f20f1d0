using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Aldis.Errors;

namespace Aldis.ZeroMq;

/// <summary>Writes one message. Numbers are in network order; a text is its length in bytes of UTF-8 and these bytes.</summary>
internal struct MessageWriter
{
    /// <summary>The length of no text at all, where there may be none.</summary>
    public const ushort NoText = ushort.MaxValue;

    private byte[] _bytes;

    public MessageWriter(MessageKind kind, int size = 64)
    {
        _bytes = ArrayPool<byte>.Shared.Rent(size);
        Byte((byte)kind);
    }

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    public void Byte(byte value) => Take(1)[0] = value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), checked((ushort)value));

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>A text of at most 65,534 bytes, or none.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            UInt16(NoText);
            return;
        }

        var place = Length;
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var span = Take(2 + most);
        var length = Encoding.UTF8.GetBytes(value, span[2..]);
        if (length >= NoText)
        {
            throw new AldisException(new Fault(ErrorCodes.HeadersTooLarge, $"A text of an event has {length:N0} bytes; ZeroMQ carries {NoText - 1:N0}."));
        }

        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)length);
        Length = place + 2 + length;
    }

    /// <summary>A text of any length, or none: an error with its stack. What goes beyond so many characters is cut off.</summary>
    public void LongText(string? value, int most)
    {
        var bytes = value is null ? [] : Encoding.UTF8.GetBytes(value.Length > most ? value[..most] : value);
        UInt32(value is null ? uint.MaxValue : (uint)bytes.Length);
        Bytes(bytes);
    }

    /// <summary>Leaves room for a number that is known later.</summary>
    /// <returns>Where it is.</returns>
    public int Reserve()
    {
        Take(4);
        return Length - 4;
    }

    /// <summary>Fills the room.</summary>
    public readonly void Fill(int place, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(place), value);

    /// <summary>The message, for the socket to keep. The writer is used up.</summary>
    public byte[] Finish()
    {
        var message = _bytes.AsSpan(0, Length).ToArray();
        Drop();
        return message;
    }

    /// <summary>Throws away what was written.</summary>
    public void Drop()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
