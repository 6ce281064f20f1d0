using Aldis.Events;

namespace Aldis.Transports;

/// <summary>An event to be published later: at an instant of the wall clock, or after a span, which no clock that is set moves.</summary>
/// <param name="Envelope">The event.</param>
/// <param name="At">When, or null.</param>
/// <param name="After">After how long, or null; null both for at once.</param>
public sealed record ScheduledEvent(Envelope Envelope, DateTimeOffset? At, TimeSpan? After);
