using Aldis.Events;

namespace Aldis.Transports;

/// <summary>The end of a delivery, with what its handler published.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Verdict">How it ends.</param>
/// <param name="Published">What is published together with the verdict, in order; of any topic.</param>
public readonly record struct Settlement(Delivery Delivery, Verdict Verdict, IReadOnlyList<Envelope> Published)
{
    /// <summary>What is scheduled together with the verdict; null for nothing. Only a transport that is an <see cref="IScheduleStore"/> is given any.</summary>
    public IReadOnlyList<ScheduledEvent>? Scheduled { get; init; }

    /// <summary>
    /// How long the event is remembered as handled by its group, noted together with the verdict; null for not at all. Only a transport that is an
    /// <see cref="IInbox"/> is given any.
    /// </summary>
    public TimeSpan? Remember { get; init; }
}
