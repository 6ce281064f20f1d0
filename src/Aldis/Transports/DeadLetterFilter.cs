namespace Aldis;

/// <summary>Which dead letters are meant: those to which all applies that is said. What is null does not narrow; an empty filter means all.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Every dead letter.</summary>
    public static DeadLetterFilter All { get; } = new();

    /// <summary>Only of this topic.</summary>
    public string? Topic { get; init; }

    /// <summary>Only of this group. Asked of a bus, <see cref="Aldis.Group.EachInstance"/> is the bus's own private group.</summary>
    public string? Group { get; init; }

    /// <summary>Only this event.</summary>
    public EventId? Id { get; init; }

    /// <summary>Only events with this key.</summary>
    public string? Key { get; init; }

    /// <summary>Only events of this type, as it is named on the wire: <c>orders.placed</c>, <c>orders.placed.v2</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Only what died at this moment or after it.</summary>
    public DateTimeOffset? DiedSince { get; init; }

    /// <summary>Only what died before this moment.</summary>
    public DateTimeOffset? DiedBefore { get; init; }

    /// <summary>Only what has this text in its reason, letter by letter, for example a code: <c>ALD1005</c>.</summary>
    public string? ReasonContains { get; init; }

    /// <summary>Whether a dead letter is meant.</summary>
    /// <param name="letter">The dead letter.</param>
    public bool Means(DeadLetter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var envelope = letter.Envelope;
        return (Topic is null || Topic == envelope.Topic.Value)
            && (Group is null || Group == letter.Group.Value)
            && (Id is null || Id == envelope.Id)
            && (Key is null || Key == envelope.Key)
            && (Type is null || Type == envelope.Type)
            && (DiedSince is null || letter.DiedAt >= DiedSince)
            && (DiedBefore is null || letter.DiedAt < DiedBefore)
            && (ReasonContains is null || letter.Reason.Contains(ReasonContains, StringComparison.Ordinal));
    }
}
