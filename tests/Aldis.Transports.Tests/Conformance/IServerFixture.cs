namespace Aldis.Transports.Tests.Conformance;

/// <summary>A fixture on a real server.</summary>
public interface IServerFixture
{
    /// <summary>Waits until the server is there; called before the first <see cref="Testing.Conformance.ITransportFixture.Open"/> of a scenario. Skips the test where there can be none.</summary>
    ValueTask ReadyAsync();
}
