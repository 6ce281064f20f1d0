using System.Numerics;

namespace Aldis.Sqlite;

/// <summary>Which events of a claim are settled: one bit for each, the lowest bit of the first byte for the first.</summary>
internal static class SettledBits
{
    public static int Length(long first, long last) => (int)((last - first + 8) / 8);

    public static bool Has(ReadOnlySpan<byte> bits, long index) => (bits[(int)(index / 8)] & (1 << (int)(index % 8))) != 0;

    public static void Set(Span<byte> bits, long index) => bits[(int)(index / 8)] |= (byte)(1 << (int)(index % 8));

    public static int Count(ReadOnlySpan<byte> bits)
    {
        var count = 0;
        foreach (var part in bits)
        {
            count += BitOperations.PopCount(part);
        }

        return count;
    }
}
