using Aldis.Testing.Conformance;
using Aldis.Transports.Tests.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>On the server that all tests share, with tables of its own. The server's clock is set as that of the test is.</summary>
public sealed class PostgreSqlFixture : ITransportFixture, IServerFixture
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private PostgreSqlOptions _options = new() { Connection = "postgres://127.0.0.1/none" };
    private ServerTime? _server;

    public TimeProvider Time => _time;

    public async ValueTask ReadyAsync()
    {
        _options = PostgreSql.Postgres.Options((await PostgreSql.Postgres.SharedAsync()).Uri);
        _server = new ServerTime(_options);
        await _server.InstallAsync(_time.GetUtcNow());
    }

    public ITransport Open() => new PostgreSqlTransport(_options, new TransportContext(_time, NullLoggerFactory.Instance));

    public async ValueTask AdvanceAsync(TimeSpan span)
    {
        await _server!.SetAsync(_time.GetUtcNow() + span);
        _time.Advance(span);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
