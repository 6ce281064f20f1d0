using System.Buffers.Binary;
using System.Text;

namespace Aldis.Sqlite;

/// <summary>One value as it stands in a page: null, a number, a text or bytes.</summary>
/// <param name="Kind">n, i, t or b.</param>
/// <param name="Number">The number.</param>
/// <param name="Bytes">The bytes, of a text too.</param>
internal readonly record struct RawValue(char Kind, long Number, ReadOnlyMemory<byte> Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}

/// <summary>A row of some table, read from a page without its table.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Values">Its values, in the order of the table's columns.</param>
internal readonly record struct RawRow(long Key, IReadOnlyList<RawValue> Values)
{
    private const int FirstBytes = 12;

    /// <summary>Whether the values are of these kinds: n, i, t, b; I, T, B where it may be null; e an event's id. More columns than that may follow.</summary>
    public bool Fits(string kinds)
    {
        if (Values.Count < kinds.Length)
        {
            return false;
        }

        for (var index = 0; index < kinds.Length; index++)
        {
            var (value, kind) = (Values[index], kinds[index]);
            var fits = kind == 'e' ? value is { Kind: 'b', Bytes.Length: EventId.ByteLength }
                : value.Kind == char.ToLowerInvariant(kind) || (char.IsUpper(kind) && value.Kind == 'n');
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a record as SQLite writes it (https://sqlite.org/fileformat2.html#record_format), or null where it makes no sense.</summary>
    public static RawRow? Parse(long key, ReadOnlyMemory<byte> record)
    {
        var values = new List<RawValue>();
        var place = ReadVarint(record.Span, out var length);
        if (place == 0 || length > record.Length)
        {
            return null;
        }

        for (var data = (int)length; place < length;)
        {
            var read = ReadVarint(record.Span[place..(int)length], out var type);
            var size = Size(type);
            if (read == 0 || size < 0 || size > record.Length - data)
            {
                return null;
            }

            values.Add(Value(type, record.Slice(data, (int)size)));
            place += read;
            data += (int)size;
        }

        return new RawRow(key, values);
    }

    /// <summary>Reads a number of one to nine bytes; gives how many there were, 0 where it does not end.</summary>
    public static int ReadVarint(ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (var index = 0; index < Math.Min(9, bytes.Length); index++)
        {
            if (index == 8)
            {
                value = (value << 8) | bytes[8];
                return 9;
            }

            value = (value << 7) | (uint)(bytes[index] & 0x7F);
            if (bytes[index] < 0x80)
            {
                return index + 1;
            }
        }

        return 0;
    }

    private static long Size(long type) => type switch
    {
        0 or 8 or 9 => 0,
        > 0 and <= 4 => type,
        5 => 6,
        6 or 7 => 8,
        >= FirstBytes => (type - FirstBytes) / 2,
        _ => -1,
    };

    private static RawValue Value(long type, ReadOnlyMemory<byte> bytes) => type switch
    {
        0 => new RawValue('n', 0, default),
        >= FirstBytes => new RawValue(type % 2 == 0 ? 'b' : 't', 0, bytes),
        7 => new RawValue('f', 0, bytes),
        8 or 9 => new RawValue('i', type - 8, default),
        _ => new RawValue('i', Integer(bytes.Span), default),
    };

    private static long Integer(ReadOnlySpan<byte> bytes)
    {
        Span<byte> whole = stackalloc byte[sizeof(long)];
        whole.Fill((byte)((bytes[0] & 0x80) == 0 ? 0 : 0xFF));
        bytes.CopyTo(whole[(sizeof(long) - bytes.Length)..]);
        return BinaryPrimitives.ReadInt64BigEndian(whole);
    }
}
