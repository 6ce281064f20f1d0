using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Aldis.Diagnostics;

/// <summary>The kinds of operation that have a span.</summary>
/// <param name="Name">Its name: the span is called by it and its destination.</param>
/// <param name="Type">Its type among those of the conventions.</param>
/// <param name="Span">The kind of its span.</param>
/// <param name="Duration">Where its duration is recorded; null for one that takes no time.</param>
internal sealed record OperationKind(string Name, string Type, ActivityKind Span, Histogram<double>? Duration)
{
    /// <summary>Handing an event to the transport.</summary>
    public static OperationKind Publish { get; } = new("publish", "send", ActivityKind.Producer, Instruments.OperationDuration);

    /// <summary>Publishing in a handler: the event is made there, and sent with the acknowledgement.</summary>
    public static OperationKind Create { get; } = new("publish", "create", ActivityKind.Producer, null);

    /// <summary>Handing over an event that is published later.</summary>
    public static OperationKind Schedule { get; } = new("schedule", "send", ActivityKind.Producer, Instruments.OperationDuration);

    /// <summary>Publishing for later in a handler.</summary>
    public static OperationKind CreateLater { get; } = new("schedule", "create", ActivityKind.Producer, null);

    /// <summary>Taking deliveries from the transport, the wait for the first included.</summary>
    public static OperationKind Receive { get; } = new("receive", "receive", ActivityKind.Client, Instruments.OperationDuration);

    /// <summary>Handling an event, retries at once included.</summary>
    public static OperationKind Process { get; } = new("process", "process", ActivityKind.Consumer, Instruments.ProcessDuration);

    /// <summary>Settling deliveries that are handled.</summary>
    public static OperationKind Ack { get; } = new("ack", "settle", ActivityKind.Client, Instruments.OperationDuration);

    /// <summary>Settling deliveries that come again, or are given up.</summary>
    public static OperationKind Nack { get; } = new("nack", "settle", ActivityKind.Client, Instruments.OperationDuration);
}
