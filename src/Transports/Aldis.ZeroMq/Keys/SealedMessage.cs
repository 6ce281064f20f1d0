using System.Buffers.Binary;

namespace Aldis.ZeroMq;

/// <summary>
/// A message under the key of a fleet: its kind, what its sender has drawn, its number, and the encrypted message with a tag that proves all of it (AES-256 in GCM, NIST SP 800-38D).
/// </summary>
internal static class SealedMessage
{
    public const int KeyLength = 32;
    public const int SaltLength = 16;
    public const int TagLength = 16;
    public const int HeadLength = 1 + SaltLength + 8;

    /// <summary>So much longer is a message for being sealed.</summary>
    public const int Overhead = HeadLength + TagLength;

    public const int NonceLength = 12;

    /// <summary>The number of a message as a nonce: it is used once with the key of its sender.</summary>
    public static void WriteNonce(Span<byte> nonce, long number)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[(NonceLength - 8)..], number);
    }

    /// <summary>What is proved besides the message: its kind, and whom it is for.</summary>
    public static byte[] Proved(MessageKind kind, ReadOnlySpan<byte> about) => [(byte)kind, .. about];
}
