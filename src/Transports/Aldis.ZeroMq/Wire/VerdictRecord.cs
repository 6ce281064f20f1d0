using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>A verdict on the wire: the number of the delivery, the kind, and what goes with the kind.</summary>
internal static class VerdictRecord
{
    /// <summary>A verdict has no fewer bytes than this: a number and a kind.</summary>
    public const int LeastBytes = 8 + 1;

    private const byte Done = 0;
    private const byte Retry = 1;
    private const byte Dead = 2;
    private const byte Return = 3;

    /// <summary>Writes a verdict. Of its texts there is room for so many characters; what goes beyond that is cut off.</summary>
    public static void Write(ref MessageWriter writer, long number, Verdict verdict, int room)
    {
        writer.Int64(number);
        switch (verdict.Kind)
        {
            case VerdictKind.Done:
                writer.Byte(Done);
                break;
            case VerdictKind.Retry:
                writer.Byte(Retry);
                writer.Int64(verdict.After.Ticks);
                writer.LongText(verdict.Error, room * 2 / 3);
                break;
            case VerdictKind.Dead:
                writer.Byte(Dead);
                writer.Byte(verdict.HoldsKey ? (byte)1 : (byte)0);
                writer.LongText(verdict.Reason, room / 3);
                writer.LongText(verdict.Error, room * 2 / 3);
                break;
            default:
                writer.Byte(Return);
                break;
        }
    }

    /// <summary>Reads a verdict.</summary>
    /// <exception cref="MalformedMessageException">It is none.</exception>
    public static (long Number, Verdict Verdict) Read(ref MessageReader reader)
    {
        var number = reader.Int64();
        return (number, reader.Byte() switch
        {
            Done => Verdict.Done,
            Retry => Verdict.Retry(TimeSpan.FromTicks(Math.Max(0, reader.Int64())), reader.LongText()),
            Dead => ReadDead(ref reader),
            Return => Verdict.Return,
            var kind => throw new MalformedMessageException($"There is no verdict {kind}."),
        });
    }

    private static Verdict ReadDead(ref MessageReader reader)
    {
        var holdsKey = reader.Byte() != 0;
        return Verdict.Dead(reader.LongText() ?? "", reader.LongText()) with { HoldsKey = holdsKey };
    }
}
