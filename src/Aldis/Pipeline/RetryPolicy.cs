using Aldis.Errors;

namespace Aldis;

/// <summary>
/// How often and when a failed event is tried again: first at once, within the same delivery, then with growing delays.
/// Delay before attempt n + 1: <c>FirstDelay × Factor^(n − 1)</c>, at most <c>MaxDelay</c>, plus a random part of up to <c>Jitter</c> of it.
/// <para>Errors of some types can have rules of their own: <c>policy.Never&lt;ArgumentException&gt;().On&lt;TimeoutException&gt;(patient)</c>.</para>
/// </summary>
public sealed record RetryPolicy
{
    /// <summary>The defaults: ten deliveries within about nine minutes.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>
    /// How many deliveries an event gets before it is a dead letter. Counted durably when it is handed out, before the handler runs. When a process dies, all that it held has had one,
    /// also what waited for its handler; so where this is 1, let <see cref="SubscriptionOptions.MaxUnsettled"/> be as small as the concurrency. Default: 10.
    /// </summary>
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

    /// <summary>
    /// Gives up earlier than after <see cref="MaxAttempts"/>: as soon as the delays up to the next attempt add up to more than this. Planned delays are added, those
    /// of this policy, without their random parts; no clock is read, so that an event does not die because nobody was there to handle it.
    /// Default: null, the attempts alone count.
    /// </summary>
    public TimeSpan? GiveUpAfter { get; init; }

    /// <summary>
    /// What is done about errors of some types: the first rule that matches counts, else this policy itself. Default: none. Neither
    /// <see cref="DeadLetterException"/> nor <see cref="RetryAfterException"/> comes here: there the handler has decided.
    /// </summary>
    /// <remarks>
    /// An event has one count of attempts, whatever its errors were. A rule with ten attempts gives up on the tenth delivery, also where
    /// the nine before failed with other errors.
    /// </remarks>
    public IReadOnlyList<RetryRule> Rules { get; init; } = [];

    /// <summary>This policy with one more rule: after errors of this type, another policy counts.</summary>
    /// <typeparam name="TException">The error; those derived from it are meant too.</typeparam>
    /// <param name="policy">How often and when it is tried again. It has no rules of its own.</param>
    public RetryPolicy On<TException>(RetryPolicy policy) where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(policy);
        return this with { Rules = [.. Rules, new RetryRule(typeof(TException), policy)] };
    }

    /// <summary>This policy with one more rule: after an error of this type the event is a dead letter at once.</summary>
    /// <typeparam name="TException">The error; those derived from it are meant too.</typeparam>
    public RetryPolicy Never<TException>() where TException : Exception
        => this with { Rules = [.. Rules, new RetryRule(typeof(TException), null)] };

    /// <summary>How many deliveries an event can get at most, whatever its errors are.</summary>
    internal int MostAttempts => Rules.Max(rule => rule.Policy?.MaxAttempts) is { } most ? Math.Max(most, MaxAttempts) : MaxAttempts;

    /// <summary>The policy that counts after an error, or null for none: never again.</summary>
    internal RetryPolicy? After(Exception error) => Rules.FirstOrDefault(rule => rule.Matches(error)) is { } rule ? rule.Policy : this;

    /// <summary>Whether a further delay would go beyond <see cref="GiveUpAfter"/>.</summary>
    /// <param name="attempt">Which delivery failed, from 1.</param>
    /// <param name="next">The delay that would come now.</param>
    internal bool GivesUp(int attempt, TimeSpan next)
    {
        if (GiveUpAfter is not { } limit)
        {
            return false;
        }

        var left = limit;
        for (var before = 1; before < attempt && left >= TimeSpan.Zero && FirstDelay > TimeSpan.Zero; before++)
        {
            left -= DelayAfter(before, random: 0);
        }

        return next > left;
    }

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

        if (GiveUpAfter is { } limit && (limit <= TimeSpan.Zero || limit < FirstDelay))
        {
            yield return Wrong(nameof(GiveUpAfter), limit, $"It must be more than zero and at least FirstDelay, which is {FirstDelay}; for no delayed retries, MaxAttempts = 1.");
        }

        foreach (var fault in Rules.SelectMany(Faults))
        {
            yield return fault;
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

    private IEnumerable<Fault> Faults(RetryRule rule, int index)
    {
        var name = $"{nameof(Rules)}[{index}]";
        if (!rule.Error.IsAssignableTo(typeof(Exception)))
        {
            yield return Wrong(name, rule.Error, "A rule is about a type of exception.");
        }
        else if (rule.Error == typeof(DeadLetterException) || rule.Error == typeof(RetryAfterException))
        {
            yield return Wrong(name, rule.Error, "There the handler has decided; a rule would never be asked.");
        }

        if (Rules.Take(index).FirstOrDefault(earlier => rule.Error.IsAssignableTo(earlier.Error)) is { } first)
        {
            yield return Wrong(name, rule.Error, $"It would never be asked, because the rule for {first.Error} stands before it: put the narrower one first.");
        }

        if (rule.Policy is { Rules.Count: > 0 })
        {
            yield return Wrong(name, rule.Error, "The policy of a rule cannot have rules: say them beside it.");
        }

        foreach (var fault in rule.Policy is null ? [] : (rule.Policy with { Rules = [] }).Validate())
        {
            yield return fault with { What = fault.What.Replace($"{nameof(RetryPolicy)}.", $"{nameof(RetryPolicy)}.{name}, {rule.Error}: ", StringComparison.Ordinal) };
        }
    }

    private static Fault Wrong(string name, object value, string why) => new(ErrorCodes.InvalidOption, $"RetryPolicy.{name} is {value}.", why);
}
