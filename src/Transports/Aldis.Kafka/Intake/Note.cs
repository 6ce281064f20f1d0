using System.Buffers.Text;

namespace Aldis.Kafka;

/// <summary>
/// What a group writes beside its place in a partition: which events behind the place are done already, and whether the member that
/// has the partition is still at work. So an event that takes long neither costs what was done after it, nor is passed over; and a death is counted.
/// The text is <c>aldis1 </c> and numbers (LEB128) in base64url. A note of anybody else's is as none.
/// </summary>
/// <param name="IsOpen">Whether a member is at work: it says false when it gives the partition back. So whoever finds it true comes after one that died.</param>
/// <param name="Deaths">How many members have died over the event at the place.</param>
/// <param name="Suspects">How many offsets, from the place on, may have been in the hands of one that died.</param>
/// <param name="Runs">How many offsets, from the place on, are not done, done, not done, and so on. What comes after them is not done.</param>
internal sealed record Note(bool IsOpen, int Deaths, long Suspects, IReadOnlyList<long> Runs)
{
    private const string Mark = "aldis1 ";

    /// <summary>The brokers take 4,096 bytes (<c>offset.metadata.max.bytes</c>); base64 needs four characters for three.</summary>
    private const int MaxBytes = 3000;

    public static Note None { get; } = new(false, 0, 0, []);

    /// <summary>The note as text. Where it would be too long, it ends early: what it does not say is done is handled again after a restart.</summary>
    public string Write()
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        var length = 0;
        Append(bytes, ref length, IsOpen ? 1 : 0);
        Append(bytes, ref length, Deaths);
        Append(bytes, ref length, Suspects);
        foreach (var run in Runs)
        {
            if (length > MaxBytes - 10)
            {
                break;
            }

            Append(bytes, ref length, run);
        }

        return Mark + Base64Url.EncodeToString(bytes[..length]);
    }

    /// <summary>Reads a note.</summary>
    public static Note Read(string text)
    {
        if (!text.StartsWith(Mark, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Mark.Length)))
        {
            return None;
        }

        var numbers = Numbers(Base64Url.DecodeFromChars(text.AsSpan(Mark.Length)));
        return numbers.Count < 3 ? None : new Note(numbers[0] == 1, (int)Math.Min(numbers[1], int.MaxValue), numbers[2], numbers[3..]);
    }

    private static void Append(Span<byte> bytes, ref int length, long number)
    {
        while (number >= 0x80)
        {
            bytes[length++] = (byte)(number | 0x80);
            number >>= 7;
        }

        bytes[length++] = (byte)number;
    }

    private static List<long> Numbers(byte[] bytes)
    {
        var numbers = new List<long>();
        var (number, shift) = (0L, 0);
        foreach (var part in bytes)
        {
            number |= (long)(part & 0x7F) << shift;
            shift += 7;
            if (part < 0x80)
            {
                numbers.Add(number & long.MaxValue);
                (number, shift) = (0, 0);
            }
        }

        return numbers;
    }
}
