using Aldis.Errors;

namespace Aldis;

/// <summary>
/// When a group stops for a while because its handlers fail. It opens when enough of the last events failed: nothing more is begun or received, and what is
/// held stays leased, so that no event loses an attempt to a service that is away. After a time one event is tried: if it succeeds, the breaker closes; if it
/// fails, the time begins anew. While it is open, <c>bus.Troubles</c> says so.
/// </summary>
/// <remarks>
/// <para>An event counts when its handler is through with it, retries at once included. Failed is what a retry may help: dead letters for the event's own
/// sake (a <see cref="DeadLetterException"/>, an error that is never retried, a body that cannot be decoded) count neither way.</para>
/// <para>Said for a subscription, it is that topic's. Said for a group (<c>bus.ForGroup</c>), all topics of the group share one.</para>
/// </remarks>
public sealed record CircuitBreaker
{
    /// <summary>Which share of the events must have failed, more than 0 and at most 1. Default: 0.5.</summary>
    public double FailureShare { get; init; } = 0.5;

    /// <summary>Of how many events, the last ones. Default: 20.</summary>
    public int Last { get; init; } = 20;

    /// <summary>How many events there must be before the share means anything. Default: 10.</summary>
    public int AtLeast { get; init; } = 10;

    /// <summary>How long it stays open before one event is tried. Default: 30 seconds.</summary>
    public TimeSpan OpenFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (FailureShare is not (> 0 and <= 1))
        {
            yield return Wrong(nameof(FailureShare), FailureShare, "It must be more than 0 and at most 1.");
        }

        if (Last is < 1 or > 10_000)
        {
            yield return Wrong(nameof(Last), Last, "It must lie between 1 and 10,000.");
        }

        if (AtLeast < 1 || AtLeast > Last)
        {
            yield return Wrong(nameof(AtLeast), AtLeast, $"It must lie between 1 and Last, which is {Last}.");
        }

        if (OpenFor <= TimeSpan.Zero)
        {
            yield return Wrong(nameof(OpenFor), OpenFor, "It must be more than zero.");
        }
    }

    private static Fault Wrong(string name, object value, string why) => new(ErrorCodes.InvalidOption, $"CircuitBreaker.{name} is {value}.", why);
}
