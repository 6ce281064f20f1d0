using Aldis.Errors;

namespace Aldis;

/// <summary>How a group handles one topic in this process.</summary>
public sealed record SubscriptionOptions
{
    /// <summary>
    /// How many handlers run at a time in this process. Events with the same key are handled one at a time and in their order, whatever this says; those
    /// without a key in no order, unless it is 1: then in the order in which they came, but for those that are retried. Default: 1.
    /// </summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>
    /// The most deliveries held unsettled in this process at a time, those that wait for a handler included. Default: 256. Less than
    /// <see cref="Concurrency"/> counts as that many.
    /// </summary>
    public int MaxUnsettled { get; init; } = 256;

    /// <summary>What happens to an event whose handler fails. Default: <see cref="RetryPolicy.Default"/>.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>What becomes of the later events of a key when one of them is given up. Default: <see cref="WhenDead.Park"/>.</summary>
    public WhenDead WhenDead { get; init; } = WhenDead.Park;

    /// <summary>Whether what the group has handled is remembered, so that a second copy has no effect. Default: null, not remembered.</summary>
    public InboxOptions? Inbox { get; init; }

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (Concurrency < 1)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SubscriptionOptions.Concurrency is {Concurrency}.", "It must be at least 1.");
        }

        if (MaxUnsettled < 1)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SubscriptionOptions.MaxUnsettled is {MaxUnsettled}.", "It must be at least 1.");
        }

        foreach (var fault in Retry.Validate().Concat(Inbox?.Validate() ?? []))
        {
            yield return fault;
        }
    }
}
