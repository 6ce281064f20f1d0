using System.Security.Cryptography.X509Certificates;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F45")]
public sealed class F45_UntrustedBrokerTests : IDisposable
{
    private readonly Certificates _certificates = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("wrong host", true)]
    [InlineData("expired", true)]
    [InlineData("self-signed", true)]
    [InlineData("self-signed", false)]
    [InlineData("unknown authority", false)]
    public async Task A_broker_that_cannot_show_who_it_is_is_refused_before_anything_is_said(string fault, bool withRoots)
    {
        using var certificate = fault switch
        {
            "wrong host" => _certificates.For("another.example"),
            "expired" => _certificates.For("localhost", isExpired: true),
            "self-signed" => Certificates.SelfSigned("localhost"),
            _ => _certificates.For("localhost"),
        };
        var (error, spoken) = await StartAsync(certificate, withRoots, OfRabbitMq);
        Figures.Print("F45", $"rabbitmq {fault}{(withRoots ? ", with roots of our own" : "")}: refused {error?.Code == "ALD2103"}, spoken to {spoken}");
        Assert.Equal(("ALD2103", false), (error?.Code, spoken));
    }

    [Theory]
    [InlineData("wrong host", true)]
    [InlineData("expired", true)]
    [InlineData("self-signed", false)]
    [InlineData("unknown authority", false)]
    public async Task So_is_a_database(string fault, bool withRoots)
    {
        using var certificate = fault switch
        {
            "wrong host" => _certificates.For("another.example"),
            "expired" => _certificates.For("localhost", isExpired: true),
            "self-signed" => Certificates.SelfSigned("localhost"),
            _ => _certificates.For("localhost"),
        };
        var (error, spoken) = await StartAsync(certificate, withRoots, OfPostgreSql);
        Figures.Print("F45", $"postgresql {fault}{(withRoots ? ", with roots of our own" : "")}: refused {error?.Code == "ALD2402"}, spoken to {spoken}");
        Assert.Equal(("ALD2402", false), (error?.Code, spoken));
    }

    [Fact]
    public async Task A_database_that_shows_a_good_certificate_is_spoken_to()
    {
        using var certificate = _certificates.For("localhost");
        var (_, spoken) = await StartAsync(certificate, withRoots: true, OfPostgreSql);
        Assert.True(spoken, "the client did not speak to a database with a good certificate");
    }

    /// <summary>The control: with a certificate that is good, the client speaks.</summary>
    [Fact]
    public async Task A_broker_that_shows_a_good_certificate_is_spoken_to()
    {
        using var certificate = _certificates.For("localhost");
        var (_, spoken) = await StartAsync(certificate, withRoots: true, OfRabbitMq);
        Assert.True(spoken, "the client did not speak to a broker with a good certificate");
    }

    private static ITransport OfRabbitMq(int port, string? roots) => new RabbitMqTransport(
        new RabbitMqOptions { Uri = $"amqps://guest:guest@localhost:{port}/", TrustedRoots = roots, ConnectTimeout = TimeSpan.FromSeconds(3) },
        new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));

    private static ITransport OfPostgreSql(int port, string? roots) => new PostgreSqlTransport(
        new PostgreSqlOptions { Connection = $"postgres://u:p@localhost:{port}/d?sslmode=require", TrustedRoots = roots, ConnectTimeout = TimeSpan.FromSeconds(3) },
        new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));

    private async Task<(AldisException? Error, bool Spoken)> StartAsync(X509Certificate2 certificate, bool withRoots, Func<int, string?, ITransport> make)
    {
        var roots = _folder.File("roots.pem");
        await File.WriteAllTextAsync(roots, _certificates.RootPem);
        using var ended = new CancellationTokenSource();
        var (port, spoken) = Certificates.Listen(certificate, ended.Token, asksFirst: make == OfPostgreSql);
        await using var transport = make(port, withRoots ? roots : null);
        var error = await Record.ExceptionAsync(() => transport.StartAsync(CancellationToken.None).AsTask());
        await ended.CancelAsync();
        return (error as AldisException, await spoken);
    }
}
