namespace Aldis.Transports;

/// <summary>How a delivery ends. A value, so that the way of an event throws nothing.</summary>
public readonly record struct Verdict
{
    private Verdict(VerdictKind kind, TimeSpan after, string? reason, string? error)
        => (Kind, After, Reason, Error) = (kind, after, reason, error);

    /// <summary>Handled: the group has seen this event.</summary>
    public static Verdict Done => default;

    /// <summary>Handed back to its place in the group, as if it had not been delivered: the attempt does not count.</summary>
    public static Verdict Return => new(VerdictKind.Return, TimeSpan.Zero, null, null);

    /// <summary>Which of them it is.</summary>
    public VerdictKind Kind { get; }

    /// <summary>For <see cref="VerdictKind.Retry"/>: how long to wait. A span and not an instant, so that no clock has to agree with another.</summary>
    public TimeSpan After { get; }

    /// <summary>For <see cref="VerdictKind.Dead"/>: why the group gives the event up.</summary>
    public string? Reason { get; }

    /// <summary>The error that led here, as text, or null.</summary>
    public string? Error { get; }

    /// <summary>
    /// For <see cref="VerdictKind.Dead"/> of an event with a key: whether the later events of its key wait until it is redriven or discarded.
    /// Default: false.
    /// </summary>
    public bool HoldsKey { get; init; }

    /// <summary>Whether the later events of the delivery's key have to wait for it: it comes again, or is dead and holds its key.</summary>
    internal bool Blocks => Kind is VerdictKind.Retry or VerdictKind.Return || HoldsKey;

    /// <summary>Not handled: deliver it again.</summary>
    /// <param name="after">How long to wait first; zero for at once.</param>
    /// <param name="error">The error that led here, as text.</param>
    public static Verdict Retry(TimeSpan after, string? error = null) => new(VerdictKind.Retry, after, null, error);

    /// <summary>Given up: keep it as a dead letter.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="error">The error that led here, as text.</param>
    public static Verdict Dead(string reason, string? error = null) => new(VerdictKind.Dead, TimeSpan.Zero, reason, error);
}
