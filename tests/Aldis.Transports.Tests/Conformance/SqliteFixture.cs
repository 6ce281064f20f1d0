using Aldis.Testing.Conformance;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Conformance;

public sealed class SqliteFixture : ITransportFixture
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TemporaryFolder _folder = new();

    public TimeProvider Time => _time;

    public ITransport Open() => new SqliteTransport(
        new SqliteOptions { Path = _folder.File("events.db") }, new TransportContext(_time, NullLoggerFactory.Instance));

    public ValueTask AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
