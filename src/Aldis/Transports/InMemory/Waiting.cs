using Aldis.Events;

namespace Aldis.Transports;

/// <summary>An event that a group has not settled, and how often it was handed out before.</summary>
internal readonly record struct Waiting(Envelope Envelope, int Attempts);
