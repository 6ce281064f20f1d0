namespace Aldis.Diagnostics;

/// <summary>When something began, for a span that is made when it is over; the default where nobody listened then.</summary>
/// <param name="Time">By the wall clock.</param>
/// <param name="Timestamp">For the duration.</param>
internal readonly record struct Moment(DateTimeOffset Time, long Timestamp)
{
    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());
}
