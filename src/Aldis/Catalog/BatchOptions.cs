using Aldis.Errors;

namespace Aldis;

/// <summary>How large the batches of a group are that handles several events at a time, and how long an event waits for others.</summary>
public sealed record BatchOptions
{
    /// <summary>What a timer of .NET can keep is a little more.</summary>
    private static readonly TimeSpan _longestTimer = TimeSpan.FromDays(49);

    /// <summary>The most events in a batch. More than <see cref="SubscriptionOptions.MaxUnsettled"/> counts as that many. Default: 100.</summary>
    public int MaxItems { get; init; } = 100;

    /// <summary>
    /// How long the first event of a batch waits for others at most; a batch that is full does not wait. Zero for not at all: then a batch is what came while
    /// the one before was being handled. Default: 100 milliseconds.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (MaxItems < 1)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"BatchOptions.MaxItems is {MaxItems}.", "It must be at least 1.");
        }

        if (MaxWait < TimeSpan.Zero || MaxWait > _longestTimer)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"BatchOptions.MaxWait is {MaxWait}.", "It must lie between zero and 49 days.");
        }
    }
}
