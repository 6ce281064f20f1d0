namespace Aldis.Diagnostics;

/// <summary>
/// Every name that telemetry emits: those of the OpenTelemetry messaging conventions, and our own under <c>aldis</c>. A test compares what
/// a bus emits with a list of its own, so that no name changes unseen.
/// </summary>
internal static class TelemetryNames
{
    /// <summary>The activity source and the meter.</summary>
    public const string Source = "Aldis";

    /// <summary>What an error is called that has neither a code nor an exception.</summary>
    public const string OtherError = "_OTHER";

    /// <summary>The attributes of spans and metrics.</summary>
    public static class Attributes
    {
        public const string System = "messaging.system";
        public const string OperationName = "messaging.operation.name";
        public const string OperationType = "messaging.operation.type";
        public const string Destination = "messaging.destination.name";
        public const string Group = "messaging.consumer.group.name";
        public const string MessageId = "messaging.message.id";
        public const string Conversation = "messaging.message.conversation_id";
        public const string Client = "messaging.client.id";
        public const string BatchCount = "messaging.batch.message_count";
        public const string ServerAddress = "server.address";
        public const string ServerPort = "server.port";
        public const string ErrorType = "error.type";
    }

    /// <summary>The headers in which the context of a trace travels (W3C Trace Context), and the one that says what belongs together.</summary>
    public static class Headers
    {
        public const string TraceParent = "traceparent";
        public const string TraceState = "tracestate";
        public const string Correlation = "correlationid";
    }

    /// <summary>The metrics.</summary>
    public static class Metrics
    {
        public const string OperationDuration = "messaging.client.operation.duration";
        public const string ProcessDuration = "messaging.process.duration";
        public const string Sent = "messaging.client.sent.messages";
        public const string Consumed = "messaging.client.consumed.messages";
        public const string Depth = "aldis.queue.depth";
        public const string OldestAge = "aldis.queue.oldest_message.age";
        public const string Retries = "aldis.message.retries";
        public const string DeadLettered = "aldis.message.dead_lettered";
        public const string Dropped = "aldis.message.dropped";
        public const string LeaseLost = "aldis.lease.lost";
        public const string Utilization = "aldis.buffer.utilization";
    }
}
