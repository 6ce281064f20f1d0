using Aldis.Events;

namespace Aldis.Transports;

/// <summary>An event that a group has not settled.</summary>
/// <param name="Envelope">The event.</param>
/// <param name="Number">Its place in the group, by which events with the same key are ordered.</param>
/// <param name="Attempts">How often it was handed out before.</param>
internal readonly record struct Waiting(Envelope Envelope, long Number, int Attempts);
