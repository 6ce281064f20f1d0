using System.Diagnostics;
using Aldis.Events;

namespace Aldis.Diagnostics;

/// <summary>The context of a trace in the headers of an event, as W3C Trace Context has it. Baggage does not travel.</summary>
internal static class TraceHeaders
{
    /// <summary>The context that an event came with; the default where it has none, or none that can be read.</summary>
    public static ActivityContext Read(Headers headers)
        => headers[TelemetryNames.Headers.TraceParent] is { } parent
            && ActivityContext.TryParse(parent, headers[TelemetryNames.Headers.TraceState], isRemote: true, out var context)
            ? context
            : default;

    /// <summary>The event with a context. What does not fit within the limits, or cannot be written, is left out: telemetry stops no event.</summary>
    public static Envelope Write(Envelope envelope, ActivityContext context, EventLimits limits)
    {
        if (context.TraceId == default)
        {
            return envelope;
        }

        var flags = (context.TraceFlags & ActivityTraceFlags.Recorded) == 0 ? "00" : "01";
        // A state belongs to one context: an older one would tell of another.
        var headers = envelope.Headers.Without(TelemetryNames.Headers.TraceState);
        var with = With(headers, TelemetryNames.Headers.TraceParent, $"00-{context.TraceId}-{context.SpanId}-{flags}", limits);
        if (with is null)
        {
            return envelope;
        }

        var stated = context.TraceState is { Length: > 0 } state ? With(with, TelemetryNames.Headers.TraceState, state, limits) : null;
        return envelope with { Headers = stated ?? with };
    }

    /// <summary>The headers and one more, or null where it does not fit.</summary>
    private static Headers? With(Headers headers, string name, string value, EventLimits limits)
    {
        if (value.Any(char.IsControl))
        {
            return null;
        }

        var with = headers.With(name, value);
        return with.Count <= limits.MaxHeaders && with.ByteCount <= limits.MaxHeaderBytes ? with : null;
    }
}
