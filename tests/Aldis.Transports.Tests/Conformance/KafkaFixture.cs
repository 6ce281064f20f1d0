using Aldis.Testing.Conformance;
using Aldis.Transports.Tests.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>Events live in the cluster and know no clock; what waits for its time waits by the clock of the test.</summary>
public sealed class KafkaFixture(bool transactions) : ITransportFixture
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly KafkaOptions _options = KafkaServer.Options() with { Transactions = transactions };

    public TimeProvider Time => _time;

    public ITransport Open() => new KafkaTransport(_options, new TransportContext(_time, NullLoggerFactory.Instance));

    /// <summary>Where time is to pass in which nothing comes, what could come gets a moment for it.</summary>
    public async ValueTask AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);
        if (span >= TimeSpan.FromMilliseconds(500))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
