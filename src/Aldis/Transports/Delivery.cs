using Aldis.Events;

namespace Aldis.Transports;

/// <summary>An envelope handed to one member of a group, with an attempt number and a lease.</summary>
/// <param name="Envelope">The event as bytes.</param>
/// <param name="Attempt">How often it has been handed out to this group, this time included: from 1.</param>
/// <param name="Lease">The transport's own: what the lease is held on. Only the receiver that made it looks at it.</param>
/// <param name="Token">The transport's own: the fencing token, by which a late settlement is known and refused.</param>
public readonly record struct Delivery(Envelope Envelope, int Attempt, object? Lease, long Token);
