using Aldis.Testing.Conformance;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>One process, which is a peer to itself: what it sends comes to it over its own sockets.</summary>
internal sealed class ZeroMqBestEffortFixture : ITransportFixture
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public TimeProvider Time => _time;

    public ITransport Open() => new ZeroMqTransport(new ZeroMqOptions { Level = ZeroMqLevel.BestEffort }, new TransportContext(_time, NullLoggerFactory.Instance));

    /// <summary>Where time is to pass in which nothing comes, what could come gets a moment for it.</summary>
    public async ValueTask AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);
        if (span >= TimeSpan.FromMilliseconds(500))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
