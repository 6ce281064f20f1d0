using Aldis.Errors;

namespace Aldis;

/// <summary>The bus was configured wrongly. All faults are found in one pass and listed together.</summary>
public sealed class ConfigurationException : AldisException
{
    /// <summary>Makes the error from every fault found.</summary>
    /// <param name="faults">The faults; at least one.</param>
    public ConfigurationException(IReadOnlyList<Fault> faults) : base(Summarise(faults)) => Faults = faults;

    /// <summary>Every fault, in the order in which they were found.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    private static Fault Summarise(IReadOnlyList<Fault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        return faults.Count == 1
            ? faults[0]
            : new Fault(ErrorCodes.InvalidConfiguration, $"The configuration of the bus has {faults.Count} faults; correct every one of them:"
                + string.Concat(faults.Select(fault => $"{Environment.NewLine}  - {fault}")), Remedy: "");
    }
}
