using System.Security.Cryptography;
using System.Text;
using NetMQ;

namespace Aldis.ZeroMq;

/// <summary>
/// The keys that all processes of a fleet have and nobody else. A socket is encrypted with them (CURVE, RFC 26): whoever connects has to know the public key, and whoever listens the secret one. NetMQ
/// asks for that only where the other side says that it speaks ZMTP 3, so each message is also sealed with a key that is derived from the secret one. Null where nothing is encrypted.
/// </summary>
internal sealed class FleetKeys
{
    private const int NameLength = 16;

    private readonly NetMQCertificate _curve;
    private readonly byte[] _names;

    private FleetKeys(NetMQCertificate curve)
    {
        _curve = curve;
        _names = HKDF.DeriveKey(HashAlgorithmName.SHA256, curve.SecretKey!, SealedMessage.KeyLength, info: "aldis zeromq 1 names"u8.ToArray());
    }

    /// <summary>Reads the keys that the options name.</summary>
    /// <exception cref="AldisException">ALD2503: the file cannot be used.</exception>
    public static FleetKeys? Of(ZeroMqOptions options)
    {
        if (options.KeyFile is not { } path)
        {
            return null;
        }

        var file = KeyFile.Read(path);
        return new FleetKeys(new NetMQCertificate(file.SecretKey, file.PublicKey));
    }

    public void Listen(SocketOptions options)
    {
        options.CurveServer = true;
        options.CurveCertificate = _curve;
    }

    public void Connect(SocketOptions options)
    {
        options.CurveServerKey = _curve.PublicKey;
        options.CurveCertificate = _curve;
    }

    /// <summary>The key of one sender, which nobody else seals with: so a number of its own is never used twice.</summary>
    /// <param name="salt">What the sender has drawn; no secret.</param>
    public AesGcm KeyOf(ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[SealedMessage.KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _curve.SecretKey!, key, salt, "aldis zeromq 1"u8);
        return new AesGcm(key, SealedMessage.TagLength);
    }

    /// <summary>Stands for the name of a topic where the name itself would go in the clear.</summary>
    public string Hide(string topic) => Convert.ToHexStringLower(HMACSHA256.HashData(_names, Encoding.UTF8.GetBytes(topic)).AsSpan(0, NameLength));
}
