using Aldis.Errors;

namespace Aldis;

/// <summary>How dead letters are redriven.</summary>
public sealed record RedriveOptions
{
    /// <summary>How many go back in a second at most, so that what they depend on is not flooded. Default: null, all at once.</summary>
    public double? PerSecond { get; init; }

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (PerSecond is { } rate && (!(rate > 0) || !double.IsFinite(rate)))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"RedriveOptions.PerSecond is {rate}.", "It must be greater than 0.");
        }
    }
}
