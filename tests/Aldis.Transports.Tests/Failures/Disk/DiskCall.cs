using System.Buffers.Binary;
using System.Text;

namespace Aldis.Transports.Tests.Failures;

/// <summary>One thing that was asked of the disk.</summary>
/// <param name="Kind">w a write, t a truncation, s a sync of a file, d a sync of the folder, u a file is deleted.</param>
/// <param name="Name">The file.</param>
/// <param name="Offset">Of a write: where.</param>
/// <param name="Length">Of a truncation: how long the file is then.</param>
/// <param name="Data">Of a write: what.</param>
internal readonly record struct DiskCall(char Kind, string Name, long Offset, long Length, ReadOnlyMemory<byte> Data)
{
    private const int HeaderLength = 18;

    /// <summary>Reads what <c>disk.c</c> wrote.</summary>
    public static DiskCall[] Read(string trace)
    {
        var (bytes, calls) = ((ReadOnlyMemory<byte>)File.ReadAllBytes(trace), new List<DiskCall>());
        while (!bytes.IsEmpty)
        {
            var (kind, nameLength) = ((char)bytes.Span[0], bytes.Span[1]);
            var (offset, length) = (BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[2..]), BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[10..]));
            var name = Encoding.UTF8.GetString(bytes.Span.Slice(HeaderLength, nameLength));
            var data = kind == 'w' ? bytes.Slice(HeaderLength + nameLength, (int)length) : default;
            calls.Add(new DiskCall(kind, name, offset, length, data));
            bytes = bytes[(HeaderLength + nameLength + data.Length)..];
        }

        return [.. calls];
    }
}
