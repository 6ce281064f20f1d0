using Aldis.Events;

namespace Aldis.Transports;

/// <summary>The end of a delivery, with what its handler published.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Verdict">How it ends.</param>
/// <param name="Published">What is published together with the verdict, in order; of any topic.</param>
public readonly record struct Settlement(Delivery Delivery, Verdict Verdict, IReadOnlyList<Envelope> Published);
