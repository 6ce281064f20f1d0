using Aldis.Events;

namespace Aldis;

/// <summary>An event that will be published.</summary>
/// <param name="Envelope">The event.</param>
/// <param name="Due">When, as it looks by now; in UTC.</param>
public sealed record DueEvent(Envelope Envelope, DateTimeOffset Due);
