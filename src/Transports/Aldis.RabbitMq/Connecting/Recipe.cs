using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace Aldis.RabbitMq;

/// <summary>How a connection is made. The client's own recovery is off: what is made again after a loss, and when, is decided here.</summary>
internal sealed class Recipe
{
    private readonly RabbitMqOptions _options;
    private readonly X509Certificate2Collection? _roots;

    public Recipe(RabbitMqOptions options, BrokerAddress address)
    {
        (_options, Address) = (options, address);
        if (options.TrustedRoots is not null)
        {
            _roots = [];
            _roots.ImportFromPemFile(options.TrustedRoots);
        }
    }

    public BrokerAddress Address { get; }

    public RabbitMqOptions Options => _options;

    /// <summary>The client gives a broker up after three silent beats: beating three times as often, it does so within two of those that were asked for.</summary>
    private TimeSpan Heartbeat => TimeSpan.FromSeconds(Math.Max(1, Math.Floor(_options.Heartbeat.TotalSeconds / 3)));

    /// <summary>Connects to one of the hosts, each tried once, beginning with any.</summary>
    public async Task<IConnection> ConnectAsync(string role, CancellationToken cancel)
    {
        var factory = new ConnectionFactory
        {
            UserName = Address.User,
            Password = Address.Password,
            VirtualHost = Address.VirtualHost,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = Heartbeat,
            RequestedConnectionTimeout = _options.ConnectTimeout,
            HandshakeContinuationTimeout = _options.ConnectTimeout,
            ContinuationTimeout = TimeSpan.FromSeconds(10),
            ConsumerDispatchConcurrency = 1,
            MaxInboundMessageBodySize = 512 * 1024 * 1024,
        };
        var hosts = Address.Hosts.Select(host => new AmqpTcpEndpoint(host.Host, host.Port, Tls(host.Host)) { AddressFamily = System.Net.Sockets.AddressFamily.Unspecified });
        return await InTimeAsync(limit => factory.CreateConnectionAsync(hosts, $"{_options.ClientName} {role}", limit), cancel).ConfigureAwait(false);
    }

    /// <summary>A broker may take the connection and then say nothing, which the client waits for without end.</summary>
    private async Task<IConnection> InTimeAsync(Func<CancellationToken, Task<IConnection>> connect, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_options.ConnectTimeout * Address.Hosts.Count);
        var connecting = connect(limit.Token);
        try
        {
            return await connecting.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            _ = AbandonAsync(connecting);
            throw new TimeoutException($"It did not answer within {_options.ConnectTimeout}.");
        }
        catch (OperationCanceledException)
        {
            _ = AbandonAsync(connecting);
            throw;
        }
    }

    /// <summary>What comes too late is closed.</summary>
    private static async Task AbandonAsync(Task<IConnection> connecting)
    {
        try
        {
            await (await connecting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It came to nothing.
        }
    }

    private SslOption Tls(string host)
    {
        if (!Address.IsTls)
        {
            return new SslOption();
        }

        var tls = new SslOption(host, enabled: true) { Version = SslProtocols.None, AcceptablePolicyErrors = SslPolicyErrors.None };
        if (_options.ClientCertificate is { } own)
        {
            tls.Certs = [own];
        }

        if (_roots is not null)
        {
            tls.CertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors);
        }

        return tls;
    }

    /// <summary>With authorities of one's own the name and the dates count as before; only where the chain may end is another matter.</summary>
    private bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_roots!);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        using var leaf = new X509Certificate2(certificate);
        return own.Build(leaf);
    }
}
