using Aldis.Errors;

namespace Aldis;

/// <summary>
/// Thrown by a handler that knows when it is worth trying again, because a service answered "in two minutes" for example: the event is
/// delivered again after that time. It counts as an attempt, is not tried again at once, and no rule of the <see cref="RetryPolicy"/> is asked; its
/// <see cref="RetryPolicy.MaxAttempts"/> and <see cref="RetryPolicy.GiveUpAfter"/> hold.
/// </summary>
public sealed class RetryAfterException : AldisException
{
    /// <summary>Asks for another attempt.</summary>
    /// <param name="after">How long to wait at least: zero or more. Taken as it is: <see cref="RetryPolicy.MaxDelay"/> does not shorten it, and nothing random is added.</param>
    /// <param name="reason">Why, as a sentence for the person who will look at the log.</param>
    /// <param name="inner">The error behind it, if any.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> is negative.</exception>
    public RetryAfterException(TimeSpan after, string reason, Exception? inner = null) : base(new Fault(ErrorCodes.AskedToRetry, reason, Remedy: ""), inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(after, TimeSpan.Zero);
        (After, Reason) = (after, reason);
    }

    /// <summary>Asks for another attempt after the time that the policy says.</summary>
    internal RetryAfterException(string reason) : base(new Fault(ErrorCodes.AskedToRetry, reason, Remedy: "")) => (IsByPolicy, Reason) = (true, reason);

    /// <summary>Whether the policy says how long to wait.</summary>
    internal bool IsByPolicy { get; }

    /// <summary>How long to wait.</summary>
    public TimeSpan After { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }
}
