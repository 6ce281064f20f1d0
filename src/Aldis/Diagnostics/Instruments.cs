using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Aldis.Diagnostics;

/// <summary>The one activity source and the one meter of a process, and the instruments of the meter.</summary>
internal static class Instruments
{
    private static readonly string? _version = typeof(Instruments).Assembly.GetName().Version?.ToString(3);

    // The fields above and these come first: what follows is made of them.
    private static readonly Meter _meter = new(TelemetryNames.Source, _version);

    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    /// <summary>
    /// Whether there is telemetry in this process at all. <c>Aldis.Telemetry.IsSupported</c> = false takes every hook away, so that a measurement can
    /// tell what they cost while nobody listens: once it is read, the compiler treats it as a constant.
    /// </summary>
    public static readonly bool AreSupported = !AppContext.TryGetSwitch("Aldis.Telemetry.IsSupported", out var supported) || supported;

    public static readonly ActivitySource Source = new(TelemetryNames.Source, _version);

    public static readonly Histogram<double> OperationDuration = _meter.CreateHistogram(
        TelemetryNames.Metrics.OperationDuration, "s", "How long publishing, receiving and settling take.", tags: null, _seconds);

    public static readonly Histogram<double> ProcessDuration = _meter.CreateHistogram(
        TelemetryNames.Metrics.ProcessDuration, "s", "How long handling an event takes.", tags: null, _seconds);

    public static readonly Counter<long> Sent = _meter.CreateCounter<long>(
        TelemetryNames.Metrics.Sent, "{message}", "Events that were handed to the transport, in vain or not.");

    public static readonly Counter<long> Consumed = _meter.CreateCounter<long>(
        TelemetryNames.Metrics.Consumed, "{message}", "Events that were delivered, each delivery counted.");

    public static readonly Counter<long> Retries = _meter.CreateCounter<long>(
        TelemetryNames.Metrics.Retries, "{message}", "Events that were put back to be delivered again. A retry at once, within a delivery, is not among them.");

    public static readonly Counter<long> DeadLettered = _meter.CreateCounter<long>(
        TelemetryNames.Metrics.DeadLettered, "{message}", "Events that a group has given up.");

    public static readonly Counter<long> Dropped = _meter.CreateCounter<long>(
        TelemetryNames.Metrics.Dropped, "{message}", "Events that are lost because there was no room for them.");

    public static readonly Counter<long> LeaseLost = _meter.CreateCounter<long>(
        TelemetryNames.Metrics.LeaseLost, "{lease}", "Leases that were lost before the settlement: these events are delivered again.");

    public static readonly Gauges<long> Depth = new(read => _meter.CreateObservableGauge(
        TelemetryNames.Metrics.Depth, read, "{message}", "Events that a group has still to settle, those in hand included, dead letters not."));

    public static readonly Gauges<double> OldestAge = new(read => _meter.CreateObservableGauge(
        TelemetryNames.Metrics.OldestAge, read, "s", "How long ago the oldest event that a group has still to settle was published."));

    public static readonly Gauges<double> Utilization = new(read => _meter.CreateObservableGauge(
        TelemetryNames.Metrics.Utilization, read, "1", "How full a buffer is: 0 for empty, 1 for full."));

    /// <summary>Whether anybody wants to know what settlements come to.</summary>
    public static bool WatchSettlements => AreSupported && (Retries.Enabled || DeadLettered.Enabled || Sent.Enabled);
}
