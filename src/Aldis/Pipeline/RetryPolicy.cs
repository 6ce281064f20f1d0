using Aldis.Errors;

namespace Aldis;

/// <summary>
/// How often and when a failed event is tried again: first at once, within the same delivery, then with growing delays.
/// Delay before attempt n + 1: <c>FirstDelay × Factor^(n − 1)</c>, at most <c>MaxDelay</c>, plus a random part of up to <c>Jitter</c> of it.
/// </summary>
public sealed record RetryPolicy
{
    /// <summary>The defaults: ten deliveries within about nine minutes.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>How many deliveries an event gets before it is a dead letter. Counted durably when it is handed out. Default: 10.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>How often the handler is tried again at once within one delivery, for faults that pass in no time. Default: 1.</summary>
    public int ImmediateRetries { get; init; } = 1;

    /// <summary>The delay after the first failed delivery. Default: 1 second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>By how much each delay is longer than the one before. Default: 2.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>The longest delay. Default: 5 minutes.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest random part added to a delay, as a share of it, so that what failed together does not return together. Default: 0.2.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (MaxAttempts < 1)
        {
            yield return Wrong(nameof(MaxAttempts), MaxAttempts, "It must be at least 1.");
        }

        if (ImmediateRetries < 0)
        {
            yield return Wrong(nameof(ImmediateRetries), ImmediateRetries, "It must not be negative.");
        }

        if (FirstDelay < TimeSpan.Zero || MaxDelay < FirstDelay)
        {
            yield return Wrong(nameof(FirstDelay), FirstDelay, $"It must lie between zero and MaxDelay, which is {MaxDelay}.");
        }

        if (!(Factor >= 1) || !double.IsFinite(Factor))
        {
            yield return Wrong(nameof(Factor), Factor, "It must be at least 1.");
        }

        if (Jitter is not (>= 0 and <= 1))
        {
            yield return Wrong(nameof(Jitter), Jitter, "It must lie between 0 and 1.");
        }
    }

    /// <summary>The delay after a failed delivery.</summary>
    /// <param name="attempt">Which delivery failed, from 1.</param>
    /// <param name="random">From 0 to 1, for the random part.</param>
    public TimeSpan DelayAfter(int attempt, double random)
    {
        if (FirstDelay == TimeSpan.Zero)
        {
            // However often it is multiplied, even by infinity.
            return TimeSpan.Zero;
        }

        var ticks = Math.Min(FirstDelay.Ticks * Math.Pow(Factor, attempt - 1), MaxDelay.Ticks);
        return TimeSpan.FromTicks((long)Math.Min(ticks * (1 + (Jitter * random)), long.MaxValue));
    }

    private static Fault Wrong(string name, object value, string why) => new(ErrorCodes.InvalidOption, $"RetryPolicy.{name} is {value}.", why);
}
