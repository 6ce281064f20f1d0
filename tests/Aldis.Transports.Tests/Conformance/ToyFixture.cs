using Aldis.Testing.Conformance;
using Aldis.Tests.Shared.Toy;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>The transport of the guide, on which everything that needs more than it has is left out.</summary>
public sealed class ToyFixture : ITransportFixture
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ToyTransport _transport;

    public ToyFixture() => _transport = new ToyTransport(_time);

    public TimeProvider Time => _time;

    public ITransport Open() => _transport;

    public ValueTask AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
