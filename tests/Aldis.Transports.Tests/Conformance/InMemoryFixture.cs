using Aldis.Testing.Conformance;
using Aldis.Transports;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Conformance;

public sealed class InMemoryFixture : ITransportFixture
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly InMemoryTransport _transport;

    public InMemoryFixture() => _transport = new InMemoryTransport(new InMemoryOptions(), _time);

    public TimeProvider Time => _time;

    public ITransport Open() => _transport;

    public ValueTask AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
