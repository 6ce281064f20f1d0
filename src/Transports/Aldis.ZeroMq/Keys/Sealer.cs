using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Aldis.ZeroMq;

/// <summary>Seals the messages of one sender, and numbers them. For one thread at a time.</summary>
internal sealed class Sealer(FleetKeys keys) : IDisposable
{
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(SealedMessage.SaltLength);
    private AesGcm? _key;

    /// <summary>What tells its messages from those of others.</summary>
    public ReadOnlySpan<byte> Salt => _salt;

    /// <summary>The number of the next message.</summary>
    public long Next { get; private set; }

    /// <summary>Seals a message.</summary>
    /// <param name="kind">Whether it goes on with a conversation, or stands for itself.</param>
    /// <param name="about">What whoever opens it has to know of it, and is not in it.</param>
    /// <param name="message">The message.</param>
    public byte[] Seal(MessageKind kind, ReadOnlySpan<byte> about, ReadOnlySpan<byte> message)
    {
        _key ??= keys.KeyOf(_salt);
        var whole = new byte[message.Length + SealedMessage.Overhead];
        whole[0] = (byte)kind;
        _salt.CopyTo(whole, 1);
        BinaryPrimitives.WriteInt64BigEndian(whole.AsSpan(1 + SealedMessage.SaltLength), Next);
        Span<byte> nonce = stackalloc byte[SealedMessage.NonceLength];
        SealedMessage.WriteNonce(nonce, Next++);
        var (place, end) = (SealedMessage.HeadLength, SealedMessage.HeadLength + message.Length);
        _key.Encrypt(nonce, message, whole.AsSpan(place, message.Length), whole.AsSpan(end), SealedMessage.Proved(kind, about));
        return whole;
    }

    public void Dispose() => _key?.Dispose();
}
