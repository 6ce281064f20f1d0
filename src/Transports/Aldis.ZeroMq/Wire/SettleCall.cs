using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>Verdicts that a member sends in one message.</summary>
/// <param name="Number">The number of the call.</param>
/// <param name="Verdicts">The verdicts, each with the number of its delivery.</param>
/// <param name="Held">The keys of which the later events have to wait, each with the number from which on the member has looked at nothing: what it was handed of them goes back with the verdicts.</param>
internal sealed record SettleCall(uint Number, (long Number, Verdict Verdict)[] Verdicts, (string Key, long From)[] Held)
{
    /// <summary>The reason of a verdict has 2,000 characters at most, its error 4,000.</summary>
    private const int MostText = 6_000;

    /// <summary>All texts together have no more characters than this, so that the message of the most verdicts that there are is no larger than the least MaxMessageBytes.</summary>
    private const int MostTexts = 256 * 1024;

    private const int LeastHeldBytes = 2 + 8;

    public static byte[] Write(uint session, uint call, ReadOnlySpan<Settlement> settlements, ReadOnlySpan<(string Key, long From)> held)
    {
        var writer = new MessageWriter(MessageKind.Settle, 16 + settlements.Length * VerdictRecord.LeastBytes);
        writer.UInt32(session);
        writer.UInt32(call);
        writer.UInt32((uint)settlements.Length);
        var room = Math.Min(MostText, MostTexts / Math.Max(1, settlements.Length));
        foreach (var settlement in settlements)
        {
            VerdictRecord.Write(ref writer, settlement.Delivery.Token, settlement.Verdict, room);
        }

        writer.UInt32((uint)held.Length);
        foreach (var (key, from) in held)
        {
            writer.Text(key);
            writer.Int64(from);
        }

        return writer.Finish();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="MalformedMessageException">It did not.</exception>
    public static SettleCall Read(byte[] message)
    {
        var reader = new MessageReader(message);
        reader.UInt32();
        var call = reader.UInt32();
        var verdicts = new (long, Verdict)[reader.Count(VerdictRecord.LeastBytes)];
        for (var index = 0; index < verdicts.Length; index++)
        {
            verdicts[index] = VerdictRecord.Read(ref reader);
        }

        var held = new (string, long)[reader.Count(LeastHeldBytes)];
        for (var index = 0; index < held.Length; index++)
        {
            held[index] = (reader.Text(), reader.Int64());
        }

        return new SettleCall(call, verdicts, held);
    }
}
