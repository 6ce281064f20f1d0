using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aldis.Transports.Tests.RabbitMq;

/// <summary>An authority of our own, certificates by it, and a listener that shows one.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly X509Certificate2 _root = Make("CN=our own authority", null, DateTimeOffset.UtcNow.AddYears(1), null);

    /// <summary>The authority, as a file names it.</summary>
    public string RootPem => _root.ExportCertificatePem();

    /// <summary>A certificate of the authority.</summary>
    public X509Certificate2 For(string host, bool isExpired = false) => Make($"CN={host}", host, isExpired ? DateTimeOffset.UtcNow.AddDays(-1) : DateTimeOffset.UtcNow.AddMonths(1), _root);

    /// <summary>A certificate that nobody vouches for.</summary>
    public static X509Certificate2 SelfSigned(string host) => Make($"CN={host}", host, DateTimeOffset.UtcNow.AddMonths(1), null);

    /// <summary>Speaks TLS with whoever comes, on a port of this machine, until it is cancelled.</summary>
    /// <param name="certificate">What it shows.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="asksFirst">Whether whoever comes asks for TLS first, as the client of a PostgreSQL server does.</param>
    /// <returns>The port, and whether somebody has gone through with the handshake and said something.</returns>
    public static (int Port, Task<bool> Spoken) Listen(X509Certificate2 certificate, CancellationToken cancel, bool asksFirst = false)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (((IPEndPoint)listener.LocalEndpoint).Port, ServeAsync(listener, certificate, asksFirst, cancel));
    }

    public void Dispose() => _root.Dispose();

    private static async Task<bool> ServeAsync(TcpListener listener, X509Certificate2 certificate, bool asksFirst, CancellationToken cancel)
    {
        using (listener)
        {
            while (!cancel.IsCancellationRequested)
            {
                try
                {
                    using var client = await listener.AcceptTcpClientAsync(cancel);
                    if (asksFirst)
                    {
                        // The client of a PostgreSQL server asks for TLS in eight bytes, and is told so.
                        await client.GetStream().ReadExactlyAsync(new byte[8], cancel);
                        await client.GetStream().WriteAsync("S"u8.ToArray(), cancel);
                    }

                    await using var tls = new SslStream(client.GetStream());
                    await tls.AuthenticateAsServerAsync(certificate);
                    if (await tls.ReadAsync(new byte[8], cancel) > 0)
                    {
                        return true;
                    }
                }
                catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
                {
                    // It was refused.
                }
            }

            return false;
        }
    }

    private static X509Certificate2 Make(string name, string? host, DateTimeOffset until, X509Certificate2? issuer)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(host is null, false, 0, true));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }

        var from = DateTimeOffset.UtcNow.AddMonths(-1);
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, until);
        }

        using var signed = request.Create(issuer, from, until, RandomNumberGenerator.GetBytes(8));
        using var own = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
    }
}
