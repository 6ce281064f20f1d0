using Aldis.Dispatch;
using Aldis.Testing.Conformance;
using Aldis.Tests.Shared.Toy;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>The transport of the guide, with a ledger for what it cannot keep.</summary>
/// <param name="ledger">The ledger, with the clock of both.</param>
internal sealed class LedgeredFixture(ITransportFixture ledger) : ITransportFixture, IServerFixture
{
    private readonly ToyTransport _toy = new(ledger.Time);

    public TimeProvider Time => ledger.Time;

    public ValueTask ReadyAsync() => ledger is IServerFixture server ? server.ReadyAsync() : ValueTask.CompletedTask;

    public ITransport Open() => LedgeredTransport.Join(_toy, ledger.Open());

    public ValueTask AdvanceAsync(TimeSpan span) => ledger.AdvanceAsync(span);

    public ValueTask DisposeAsync() => ledger.DisposeAsync();
}
