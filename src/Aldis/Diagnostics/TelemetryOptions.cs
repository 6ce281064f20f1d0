namespace Aldis;

/// <summary>How spans of different processes belong together. What is emitted at all is chosen by whoever listens to the source and the meter <c>Aldis</c>.</summary>
public sealed record TelemetryOptions
{
    /// <summary>
    /// Whether handling an event belongs to the trace in which it was published: its <c>process</c> span is then a child of the <c>publish</c> span.
    /// A link from one to the other is there in any case. Default: false, as the conventions have it: each handling begins a trace of its own, so that an
    /// event with many groups, or one that waits for days, does not make one endless trace.
    /// </summary>
    public bool ContinueTrace { get; init; }
}
