using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>What the author of a transport writes to have it tested: about ten lines. One fixture serves one scenario.</summary>
public interface ITransportFixture : IAsyncDisposable
{
    /// <summary>
    /// Makes a transport on the fixture's own store, not started yet. Each call makes another one on the same store, as another process would.
    /// </summary>
    ITransport Open();

    /// <summary>The clock that the transports of this fixture use.</summary>
    TimeProvider Time { get; }

    /// <summary>Moves the clock on. A fixture on a real server waits instead.</summary>
    /// <param name="span">By how much.</param>
    ValueTask AdvanceAsync(TimeSpan span);
}
