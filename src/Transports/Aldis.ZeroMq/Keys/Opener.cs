using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Aldis.ZeroMq;

/// <summary>Opens the messages of one sender: each once, and none that is older than one it has opened. For one thread at a time.</summary>
internal sealed class Opener : IDisposable
{
    private readonly byte[] _salt;
    private readonly AesGcm _key;
    private long _next;

    /// <summary>Opens what a sender has sealed.</summary>
    /// <param name="keys">The keys of the fleet.</param>
    /// <param name="salt">What the sender has drawn.</param>
    /// <param name="next">Its messages have this number at least.</param>
    public Opener(FleetKeys keys, ReadOnlySpan<byte> salt, long next = 0)
    {
        if (salt.Length != SealedMessage.SaltLength)
        {
            throw new MalformedMessageException("It is not sealed.");
        }

        (_salt, _key, _next) = (salt.ToArray(), keys.KeyOf(salt), next);
    }

    /// <summary>What the sender of a message has drawn; empty where it is not sealed.</summary>
    public static ReadOnlySpan<byte> SaltOf(ReadOnlySpan<byte> whole) => whole.Length < SealedMessage.Overhead ? [] : whole.Slice(1, SealedMessage.SaltLength);

    /// <summary>Whether a message says that it is of this sender.</summary>
    public bool IsOf(ReadOnlySpan<byte> whole) => SaltOf(whole).SequenceEqual(_salt);

    /// <summary>Opens a message.</summary>
    /// <param name="kind">What it has to be.</param>
    /// <param name="about">What was said when it was sealed.</param>
    /// <param name="whole">The sealed message.</param>
    /// <exception cref="MalformedMessageException">It is not of this sender, or came before, or is not as it was sealed.</exception>
    public byte[] Open(MessageKind kind, ReadOnlySpan<byte> about, ReadOnlySpan<byte> whole)
    {
        if (!IsOf(whole) || whole[0] != (byte)kind)
        {
            throw new MalformedMessageException("It is not sealed as it should be.");
        }

        var number = BinaryPrimitives.ReadInt64BigEndian(whole[(1 + SealedMessage.SaltLength)..]);
        Span<byte> nonce = stackalloc byte[SealedMessage.NonceLength];
        SealedMessage.WriteNonce(nonce, number);
        var message = new byte[whole.Length - SealedMessage.Overhead];
        try
        {
            _key.Decrypt(nonce, whole.Slice(SealedMessage.HeadLength, message.Length), whole[^SealedMessage.TagLength..], message, SealedMessage.Proved(kind, about));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new MalformedMessageException("It is not sealed with the key of this fleet, or not for this connection.");
        }

        if (number < _next)
        {
            throw new MalformedMessageException("It has come before.");
        }

        _next = number + 1;
        return message;
    }

    public void Dispose() => _key.Dispose();
}
