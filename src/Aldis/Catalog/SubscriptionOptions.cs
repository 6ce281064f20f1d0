using System.ComponentModel;
using Aldis.Catalog;
using Aldis.Errors;

namespace Aldis;

/// <summary>
/// How a group handles one topic in this process. Where a group has handlers for several versions of an event, they agree on everything but
/// <see cref="Retry"/>. What <c>bus.ForGroup</c> says holds for all handlers of a group that have no options of their own.
/// </summary>
public sealed record SubscriptionOptions
{
    /// <summary>
    /// How many handlers run at a time in this process. Events with the same key are handled one at a time and in their order, whatever this says; those
    /// without a key in no order, unless it is 1: then in the order in which they came, but for those that are retried. Default: 1.
    /// </summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>
    /// The most deliveries held unsettled in this process at a time, those that wait for a handler included. Default: 256. Less than
    /// <see cref="Concurrency"/> counts as that many. What one process holds no other can take: where handlers are slow and several processes are to
    /// share the work evenly, make it as small as the concurrency.
    /// </summary>
    public int MaxUnsettled { get; init; } = 256;

    /// <summary>What happens to an event whose handler fails. Default: <see cref="RetryPolicy.Default"/>.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>What becomes of the later events of a key when one of them is given up. Default: <see cref="WhenDead.Park"/>.</summary>
    public WhenDead WhenDead { get; init; } = WhenDead.Park;

    /// <summary>Whether what the group has handled is remembered, so that a second copy has no effect. Default: null, not remembered.</summary>
    public InboxOptions? Inbox { get; init; }

    /// <summary>
    /// Stops the group for a while when too many of its handlers fail, so that a service that is away costs no attempts. Default: null, none; what
    /// is right depends on what the handlers need.
    /// </summary>
    public CircuitBreaker? Breaker { get; init; }

    /// <summary>How many events may be begun in a time, in this process. Default: null, as many as there are.</summary>
    public RateLimit? Rate { get; init; }

    /// <summary>
    /// How long the group may hold events without settling one, before the bus says so (<c>bus.Troubles</c>, the health check, the log). Longer than
    /// a handler may take; no handler is disturbed by it. Default: 5 minutes; null for never. While the group is paused, its breaker is open or its
    /// rate limit lets nothing pass, no time counts.
    /// </summary>
    public TimeSpan? Watchdog { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How large the batches are, where the group handles several events at a time (<c>bus.SubscribeBatch</c>). Then <see cref="Concurrency"/> says how many
    /// batches are handled at a time. Default: null, the defaults of <see cref="BatchOptions"/>.
    /// </summary>
    public BatchOptions? Batch { get; init; }

    /// <summary>How much of this somebody has said.</summary>
    internal SaidOptions Said { get; init; }

    /// <summary>What is said where nothing is: the defaults, or those of the group.</summary>
    internal static SubscriptionOptions Unsaid { get; } = new() { Said = SaidOptions.Nothing };

    /// <summary>What a [Subscribe] attribute says; the rest is the group's. For generated code.</summary>
    /// <param name="concurrency">How many handlers run at a time.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static SubscriptionOptions OfMethod(int concurrency) => new() { Concurrency = concurrency, Said = SaidOptions.Concurrency };

    /// <summary>These options with what they do not say taken from those of the group.</summary>
    internal SubscriptionOptions Within(SubscriptionOptions? group) => Said switch
    {
        SaidOptions.All => this,
        SaidOptions.Concurrency => (group ?? new SubscriptionOptions()) with { Concurrency = Concurrency, Said = SaidOptions.All },
        _ => (group ?? this) with { Said = SaidOptions.All },
    };

    /// <summary>The names of what belongs to the group and differs between two handlers of it, with the values.</summary>
    internal IEnumerable<string> Differences(SubscriptionOptions other) =>
        from option in _ofGroup
        let values = (Mine: option.Value(this), Other: option.Value(other))
        where !Equals(values.Mine, values.Other)
        select $"{option.Name} is {values.Mine ?? "null"} and {values.Other ?? "null"}";

    /// <summary>What a timer of .NET can keep is a little more.</summary>
    private static readonly TimeSpan _longestTimer = TimeSpan.FromDays(49);

    private static readonly (string Name, Func<SubscriptionOptions, object?> Value)[] _ofGroup =
    [
        (nameof(Concurrency), options => options.Concurrency), (nameof(MaxUnsettled), options => options.MaxUnsettled),
        (nameof(WhenDead), options => options.WhenDead), (nameof(Inbox), options => options.Inbox),
        (nameof(Breaker), options => options.Breaker), (nameof(Rate), options => options.Rate), (nameof(Watchdog), options => options.Watchdog),
        (nameof(Batch), options => options.Batch),
    ];

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

        if (Watchdog is { } watchdog && (watchdog <= TimeSpan.Zero || watchdog > _longestTimer))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SubscriptionOptions.Watchdog is {watchdog}.", "It must lie between zero and 49 days; null for none.");
        }

        foreach (var fault in Retry.Validate().Concat(Inbox?.Validate() ?? []).Concat(Breaker?.Validate() ?? []).Concat(Rate?.Validate() ?? [])
            .Concat(Batch?.Validate() ?? []))
        {
            yield return fault;
        }
    }
}
