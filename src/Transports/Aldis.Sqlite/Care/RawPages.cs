using System.Buffers.Binary;

namespace Aldis.Sqlite;

/// <summary>
/// Reads rows from the pages of a file one by one, without the pages that tell where they are (https://sqlite.org/fileformat2.html): where one of those is damaged, all
/// that is below it is intact and cannot be reached. Pages that are free are left out: what is on them was deleted.
/// </summary>
internal sealed class RawPages
{
    private const int FileHeader = 100;
    private const int PageHeader = 8;
    private const byte LeafOfTable = 0x0D;
    private const int Utf8 = 1;

    private readonly byte[] _file;
    private readonly bool _hasHeader;
    private readonly int _size;
    private readonly int _usable;

    /// <summary>Takes the bytes of a database whose log is empty. Where its header is damaged, it is taken for one as Aldis makes it.</summary>
    public RawPages(byte[] file)
    {
        _file = file;
        _hasHeader = file.Length > FileHeader && file.AsSpan().StartsWith("SQLite format 3\0"u8);
        var size = _hasHeader ? BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(16)) : 0;
        _size = size == 1 ? 65536 : size >= 512 && (size & (size - 1)) == 0 ? size : 4096;
        _usable = _hasHeader && file[20] <= _size - 480 ? _size - file[20] : _size;
    }

    private int Count => _file.Length / _size;

    /// <summary>Every row on every page of a table, in no order.</summary>
    public IEnumerable<RawRow> Rows()
    {
        if (_hasHeader && BinaryPrimitives.ReadInt32BigEndian(_file.AsSpan(56)) is not (Utf8 or 0))
        {
            yield break;
        }

        var free = Free();
        for (var page = 1; page <= Count; page++)
        {
            if (free.Contains(page))
            {
                continue;
            }

            for (var cell = 0; cell < CellsOn(page); cell++)
            {
                if (Read(page, cell) is { } row)
                {
                    yield return row;
                }
            }
        }
    }

    private ReadOnlyMemory<byte> Page(int page) => _file.AsMemory((page - 1) * _size, _size);

    private static int HeaderOf(int page) => page == 1 ? FileHeader : 0;

    private int CellsOn(int page)
    {
        var header = Page(page).Span[HeaderOf(page)..];
        return header[0] == LeafOfTable ? Math.Min(BinaryPrimitives.ReadUInt16BigEndian(header[3..]), (header.Length - PageHeader) / 2) : 0;
    }

    private RawRow? Read(int number, int cell)
    {
        var page = Page(number);
        var place = BinaryPrimitives.ReadUInt16BigEndian(page.Span[(HeaderOf(number) + PageHeader + (cell * 2))..]);
        if (place >= _usable)
        {
            return null;
        }

        var content = page[place.._usable];
        var first = RawRow.ReadVarint(content.Span, out var length);
        var second = first == 0 ? 0 : RawRow.ReadVarint(content.Span[first..], out _);
        if (second == 0 || length < 2 || length > _file.Length)
        {
            return null;
        }

        RawRow.ReadVarint(content.Span[first..], out var key);
        return Payload(content[(first + second)..], (int)length) is { } record ? RawRow.Parse(key, record) : null;
    }

    /// <summary>What does not fit on the page goes on in a chain of others.</summary>
    private ReadOnlyMemory<byte>? Payload(ReadOnlyMemory<byte> content, int length)
    {
        var local = Local(length);
        if (content.Length < local + (local < length ? 4 : 0))
        {
            return null;
        }

        if (local == length)
        {
            return content[..length];
        }

        var record = new byte[length];
        content[..local].CopyTo(record);
        var next = BinaryPrimitives.ReadUInt32BigEndian(content.Span[local..]);
        for (var have = local; have < length;)
        {
            if (next == 0 || next > Count)
            {
                return null;
            }

            var page = Page((int)next);
            var part = Math.Min(length - have, _usable - 4);
            page.Slice(4, part).CopyTo(record.AsMemory(have));
            next = BinaryPrimitives.ReadUInt32BigEndian(page.Span);
            have += part;
        }

        return record;
    }

    /// <summary>How much of a record is on the page itself.</summary>
    private int Local(int length)
    {
        var (most, least) = (_usable - 35, ((_usable - 12) * 32 / 255) - 23);
        if (length <= most)
        {
            return length;
        }

        var local = least + ((length - least) % (_usable - 4));
        return local <= most ? local : least;
    }

    /// <summary>The pages of the list of free ones, as far as it can be followed.</summary>
    private HashSet<int> Free()
    {
        var free = new HashSet<int>();
        var trunk = _hasHeader ? BinaryPrimitives.ReadUInt32BigEndian(_file.AsSpan(32)) : 0;
        while (trunk > 0 && trunk <= Count && free.Add((int)trunk))
        {
            var page = Page((int)trunk).Span;
            var leaves = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(page[4..]), (uint)(_usable / 4) - 2);
            for (var leaf = 0; leaf < leaves; leaf++)
            {
                free.Add((int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(page[(8 + (leaf * 4))..]), int.MaxValue));
            }

            trunk = BinaryPrimitives.ReadUInt32BigEndian(page);
        }

        return free;
    }
}
