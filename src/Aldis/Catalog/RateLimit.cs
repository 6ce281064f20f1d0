using Aldis.Errors;

namespace Aldis;

/// <summary>
/// How many events a group may begin in a time, in this process: at most <see cref="Events"/> in each <see cref="Per"/>, evenly spread but for a
/// <see cref="Burst"/> (a token bucket). While none may be begun, the group holds no more deliveries than it can begin next: the larger of
/// <see cref="SubscriptionOptions.Concurrency"/> and the burst. Each delivery counts once, however often it is tried again at once.
/// </summary>
/// <remarks>Said for a subscription, it is that topic's. Said for a group (<c>bus.ForGroup</c>), all topics of the group share one.</remarks>
public sealed record RateLimit
{
    /// <summary>How many events. At least 1.</summary>
    public required int Events { get; init; }

    /// <summary>In which time. Default: 1 second.</summary>
    public TimeSpan Per { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many may be begun in a row after a quiet time. Default: 1, so that they are evenly spread. Timers are not finer than some milliseconds: what falls
    /// due within 10 ms may always be begun together.
    /// </summary>
    public int Burst { get; init; } = 1;

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (Events < 1)
        {
            yield return Wrong(nameof(Events), Events, "It must be at least 1.");
        }

        if (Per <= TimeSpan.Zero)
        {
            yield return Wrong(nameof(Per), Per, "It must be more than zero.");
        }

        if (Burst < 1)
        {
            yield return Wrong(nameof(Burst), Burst, "It must be at least 1.");
        }
    }

    private static Fault Wrong(string name, object value, string why) => new(ErrorCodes.InvalidOption, $"RateLimit.{name} is {value}.", why);
}
