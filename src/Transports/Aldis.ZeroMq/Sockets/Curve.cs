using NetMQ;

namespace Aldis.ZeroMq;

/// <summary>
/// Encrypts what goes over a socket (CURVE, RFC 26). All processes have the same pair of keys: whoever connects has to know the public key, and whoever listens the secret one. Null where nothing
/// is encrypted.
/// </summary>
internal sealed class Curve
{
    private readonly NetMQCertificate _keys;

    private Curve(NetMQCertificate keys) => _keys = keys;

    /// <summary>Reads the keys that the options name.</summary>
    /// <exception cref="AldisException">ALD2503: the file cannot be used.</exception>
    public static Curve? Of(ZeroMqOptions options)
    {
        if (options.KeyFile is not { } path)
        {
            return null;
        }

        var file = KeyFile.Read(path);
        return new Curve(new NetMQCertificate(file.SecretKey, file.PublicKey));
    }

    public void Listen(SocketOptions options)
    {
        options.CurveServer = true;
        options.CurveCertificate = _keys;
    }

    public void Connect(SocketOptions options)
    {
        options.CurveServerKey = _keys.PublicKey;
        options.CurveCertificate = _keys;
    }
}
