using Aldis.Errors;

namespace Aldis;

/// <summary>
/// Thrown by a handler that knows that trying again is useless: the event becomes a dead letter at once, with this reason.
/// </summary>
public sealed class DeadLetterException : AldisException
{
    /// <summary>Gives the event up.</summary>
    /// <param name="reason">Why, as a sentence for the person who will look at the dead letter.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public DeadLetterException(string reason, Exception? inner = null) : base(new Fault(ErrorCodes.GivenUp, reason), inner) => Reason = reason;

    /// <summary>Why.</summary>
    public string Reason { get; }
}
