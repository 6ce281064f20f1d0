using Aldis.Errors;

namespace Aldis;

/// <summary>How much the in-memory transport holds.</summary>
public sealed record InMemoryOptions
{
    /// <summary>The most events that wait in one group; when they are there, publishers wait. Default: 100,000.</summary>
    public int Capacity { get; init; } = 100_000;

    /// <summary>The most dead letters that one group keeps; beyond it the oldest is dropped. Default: 10,000.</summary>
    public int DeadLetterCapacity { get; init; } = 10_000;

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (Capacity < 1)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"InMemoryOptions.Capacity is {Capacity}.", "It must be at least 1.");
        }

        if (DeadLetterCapacity < 1)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"InMemoryOptions.DeadLetterCapacity is {DeadLetterCapacity}.", "It must be at least 1.");
        }
    }
}
