namespace Aldis.ZeroMq;

/// <summary>
/// One side of a connection whose messages are sealed. Each side draws a number of its own; a greeting shows it to the other side, and from then on each message is for the very connection that has both.
/// What was said in another connection, or before, cannot be said again. For one thread at a time.
/// </summary>
internal sealed class Conversation(FleetKeys keys) : IDisposable
{
    private readonly Sealer _own = new(keys);
    private byte[] _otherSalt = [];
    private Opener? _other;

    /// <summary>Whether the other side has shown its number.</summary>
    public bool HasBegun => _other is not null;

    /// <summary>Seals a message; all but a greeting are for who has greeted.</summary>
    public byte[] Seal(byte[] message)
        => (MessageKind)message[0] == MessageKind.Hello ? _own.Seal(MessageKind.SealedAlone, [], message) : _own.Seal(MessageKind.Sealed, _otherSalt, message);

    /// <summary>Opens a message.</summary>
    /// <returns>The message; null where the other side has a new connection by now, and so another number: this conversation is over.</returns>
    /// <exception cref="MalformedMessageException">It is not of this fleet, not for this side, or came before.</exception>
    public byte[]? Open(ReadOnlySpan<byte> whole)
    {
        if (_other is not null && _other.IsOf(whole))
        {
            return Open(_other, whole);
        }

        var other = new Opener(keys, Opener.SaltOf(whole));
        var message = Open(other, whole);
        if (_other is not null)
        {
            other.Dispose();
            return null;
        }

        (_other, _otherSalt) = (other, Opener.SaltOf(whole).ToArray());
        return message;
    }

    public void Dispose()
    {
        _own.Dispose();
        _other?.Dispose();
    }

    private byte[] Open(Opener other, ReadOnlySpan<byte> whole)
        => whole[0] == (byte)MessageKind.SealedAlone ? Greeting(other.Open(MessageKind.SealedAlone, [], whole)) : other.Open(MessageKind.Sealed, _own.Salt, whole);

    private static byte[] Greeting(byte[] message)
        => message is [(byte)MessageKind.Hello, ..] ? message : throw new MalformedMessageException("Only a greeting may be sealed for nobody.");
}
