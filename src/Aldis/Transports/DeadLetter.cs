using Aldis.Errors;
using Aldis.Events;

namespace Aldis;

/// <summary>An event that a group has given up, kept to be looked at and redriven. Its identity is the group and the event's id.</summary>
/// <param name="Envelope">The event, with its raw bytes.</param>
/// <param name="Group">The group that gave it up.</param>
/// <param name="Attempts">How often it was delivered.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="Error">The last error as text, or null.</param>
/// <param name="DiedAt">When, in UTC.</param>
public sealed record DeadLetter(Envelope Envelope, GroupName Group, int Attempts, string Reason, string? Error, DateTimeOffset DiedAt)
{
    /// <summary>This machine and this process, as <see cref="Where"/> says them: the name of the machine, a slash and the process id.</summary>
    public static string Here { get; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>The machine and the process that gave it up, for example <c>web-3/4711</c>. Empty where a file of an earlier version does not tell.</summary>
    public required string Where { get; init; }

    /// <summary>Whether the later events of its key wait until it is redriven, replaced or discarded.</summary>
    public bool HoldsKey { get; init; }

    /// <summary>How many events wait behind it, at the moment when it was listed; 0 where it does not hold its key.</summary>
    public long Parked { get; init; }

    /// <summary>What keeps an envelope from taking the place of this dead letter, or null: it needs an id of its own, and the topic and the key of the original.</summary>
    /// <param name="copy">The corrected copy.</param>
    public Fault? CheckCopy(Envelope copy)
    {
        ArgumentNullException.ThrowIfNull(copy);
        var why = copy switch
        {
            _ when copy.Topic != Envelope.Topic => $"It is for the topic '{copy.Topic}', and the dead letter was for '{Envelope.Topic}'.",
            _ when copy.Key != Envelope.Key => "It has another key, so that it has no place among the events of this one.",
            _ when copy.Id == Envelope.Id => "It has the id of the dead letter, by which a handler may know that it has seen it.",
            _ => null,
        };
        return why is null ? null : new Fault(ErrorCodes.CopyDoesNotFit, $"The copy cannot take the place of {Envelope}.", why);
    }
}
