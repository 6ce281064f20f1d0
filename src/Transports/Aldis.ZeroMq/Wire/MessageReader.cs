using System.Buffers.Binary;
using System.Text;

namespace Aldis.ZeroMq;

/// <summary>Reads one message, and believes nothing: a length that goes beyond the end is an error and not a read.</summary>
internal ref struct MessageReader
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _message;
    private int _place;

    public MessageReader(ReadOnlyMemory<byte> message) => (_message, _place) = (message, 1);

    private MessageReader(ReadOnlyMemory<byte> part, int place) => (_message, _place) = (part, place);

    /// <summary>Reads a part of a message, which has no kind of its own.</summary>
    public static MessageReader OfPart(ReadOnlyMemory<byte> part) => new(part, 0);

    /// <summary>What kind of message it is.</summary>
    public readonly MessageKind Kind => _message.IsEmpty ? 0 : (MessageKind)_message.Span[0];

    /// <summary>How many bytes are left.</summary>
    public readonly int Left => _message.Length - _place;

    public byte Byte() => Take(1).Span[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2).Span);

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4).Span);

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8).Span);

    /// <summary>So many bytes; not copied.</summary>
    public ReadOnlyMemory<byte> Take(int count)
    {
        if (count < 0 || count > Left)
        {
            throw new MalformedMessageException($"It ends {count - Left} bytes too early.");
        }

        _place += count;
        return _message.Slice(_place - count, count);
    }

    /// <summary>How many things follow; each has so many bytes at least.</summary>
    public int Count(int least)
    {
        var count = UInt32();
        return count <= Left / least ? (int)count : throw new MalformedMessageException($"It says that {count} things follow, and is too short for that.");
    }

    /// <summary>The bytes of a text, or null for none.</summary>
    public ReadOnlyMemory<byte>? TextBytes()
    {
        var length = UInt16();
        if (length == MessageWriter.NoText)
        {
            return null;
        }

        return Take(length);
    }

    public string? TextOrNone() => TextBytes() is { } bytes ? Decode(bytes.Span) : null;

    public string Text() => TextOrNone() ?? throw new MalformedMessageException("A text is missing.");

    public string? LongText()
    {
        var length = UInt32();
        return length == uint.MaxValue ? null : Decode(Take(checked((int)Math.Min(length, int.MaxValue))).Span);
    }

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new MalformedMessageException("A text is not UTF-8.");
        }
    }

}
