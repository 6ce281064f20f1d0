using Aldis.Errors;

namespace Aldis;

/// <summary>
/// Lets a group handle each event once in effect: what it has handled is remembered by its id, together with the acknowledgement, and a second copy is
/// acknowledged without being handled. Copies come from publishers that repeat a publish, from other brokers, from a redelivery whose first
/// acknowledgement came too late.
/// </summary>
/// <remarks>
/// Not "exactly once": a process that dies between the effect of a handler and its acknowledgement leaves an event that is handled again. Where the
/// effect is in the same database as the inbox, enter the inbox in the effect's own transaction (<see cref="EventContext.TryEnterInboxAsync"/>), and that gap is closed.
/// </remarks>
public sealed record InboxOptions
{
    /// <summary>How long a handled event is remembered. A copy that comes later is handled again. Default: 7 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (Retention <= TimeSpan.Zero || Retention > TimeSpan.FromDays(3650))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"InboxOptions.Retention is {Retention}.", "It must lie between zero and 3650 days.");
        }
    }
}
