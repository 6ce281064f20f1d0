using Aldis.Events;

namespace Aldis;

/// <summary>An event that a group has given up, kept to be looked at and redriven. Its identity is the group and the event's id.</summary>
/// <param name="Envelope">The event, with its raw bytes.</param>
/// <param name="Group">The group that gave it up.</param>
/// <param name="Attempts">How often it was delivered.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="Error">The last error as text, or null.</param>
/// <param name="DiedAt">When, in UTC.</param>
public sealed record DeadLetter(Envelope Envelope, GroupName Group, int Attempts, string Reason, string? Error, DateTimeOffset DiedAt);
