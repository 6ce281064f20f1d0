namespace Aldis.ZeroMq;

/// <summary>What a member is told when it has a session.</summary>
/// <param name="Port">Where its events are to be had; 0 for over this very link.</param>
/// <param name="Next">For a private group at best effort: the number of the next event.</param>
/// <param name="Salt">What the sender of the events has drawn, where they are sealed and come from a port of their own; else empty.</param>
/// <param name="From">The number that its next message has as a sealed one.</param>
internal readonly record struct Joined(int Port, long Next, byte[] Salt, long From)
{
    public static byte[] Write(uint session, int port = 0, long next = 0, Sealer? sealer = null)
    {
        var writer = new MessageWriter(MessageKind.Joined);
        writer.UInt32(session);
        writer.UInt16(port);
        writer.Int64(next);
        if (sealer is not null)
        {
            writer.Bytes(sealer.Salt);
            writer.Int64(sealer.Next);
        }

        return writer.Finish();
    }

    /// <summary>Reads what stands behind the session.</summary>
    /// <exception cref="MalformedMessageException">It cannot be read.</exception>
    public static Joined Read(ref MessageReader reader)
    {
        var (port, next) = (reader.UInt16(), reader.Int64());
        return reader.Left == 0 ? new Joined(port, next, [], 0) : new Joined(port, next, reader.Take(SealedMessage.SaltLength).ToArray(), reader.Int64());
    }
}
