namespace Aldis;

/// <summary>Which dead letters are meant. What is null does not narrow; an empty filter means all.</summary>
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
}
