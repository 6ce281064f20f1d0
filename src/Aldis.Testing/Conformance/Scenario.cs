using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>Something that every transport must do, or every one that declares a feature.</summary>
/// <param name="Name">What is promised, as a sentence.</param>
/// <param name="Needs">Whether it applies to a transport with these features.</param>
/// <param name="Run">Proves it, or throws a <see cref="ConformanceException"/>.</param>
public sealed record Scenario(string Name, Func<TransportFeatures, bool> Needs, Func<Stage, Task> Run)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
