using Aldis.Events;

namespace Aldis.Testing.Running;

/// <summary>The ways in which something happens to an event.</summary>
internal enum HappeningKind
{
    Published,
    Scheduled,
    Handled,
    Skipped,
    Failed,
    DeadLettered,
    Fault,
}

/// <summary>Something that happened.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When, by the bus's clock.</param>
/// <param name="Envelope">To which event; null for the process.</param>
/// <param name="Number">The event's number in this run, from 1.</param>
/// <param name="Group">In which group.</param>
/// <param name="Attempt">At which delivery.</param>
/// <param name="Text">The reason or the fault.</param>
/// <param name="Error">The error as text.</param>
internal sealed record Happening(
    HappeningKind Kind, DateTimeOffset At, Envelope? Envelope, int Number, string? Group = null, int Attempt = 0, string? Text = null, string? Error = null);
