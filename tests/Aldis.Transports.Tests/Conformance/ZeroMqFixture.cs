using Aldis.Testing.Conformance;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.ZeroMq;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>
/// Two processes' worth of the transport at a time: one has the ledger and publishes, the other has an empty one and receives, so that every event and every verdict goes over the wire. What the
/// ledger does goes by the clock of the test; what the network does, by that of the machine.
/// </summary>
internal sealed class ZeroMqFixture : ITransportFixture
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TemporaryFolder _folder = new();
    private int _opened;

    public TimeProvider Time => _time;

    public ITransport Open()
    {
        var context = new TransportContext(_time, NullLoggerFactory.Instance);
        var ledger = new SqliteTransport(new SqliteOptions { Path = _folder.File("publisher.db") }, context);
        var empty = new SqliteTransport(new SqliteOptions { Path = _folder.File($"member-{Interlocked.Increment(ref _opened)}.db") }, context);
        var peers = _folder.File($"peers-{_opened}.txt");
        return new Pair(Options(peers) with { Announce = true }, Options(peers), ledger, empty, context);
    }

    /// <summary>Where time is to pass in which nothing comes, what could come gets a moment for it.</summary>
    public async ValueTask AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);
        if (span >= TimeSpan.FromMilliseconds(500))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ZeroMqOptions Options(string peers) => new() { PeersFile = peers };
}
