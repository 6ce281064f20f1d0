using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Aldis.Tests.Shared;

/// <summary>Listens to the source and the meter of Aldis, as an exporter does. Everything in the process is heard, so tests with it run alone.</summary>
internal sealed class TelemetryRecorder : IDisposable
{
    /// <summary>The collection of tests that run alone.</summary>
    public const string Alone = "Telemetry";

    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ConcurrentQueue<Measured> _measured = new();
    private readonly ConcurrentDictionary<string, string[]> _atStart = new();
    private readonly ActivityListener? _activities;
    private readonly MeterListener? _meters;

    /// <summary>Begins to listen.</summary>
    /// <param name="spans">Whether to spans.</param>
    /// <param name="metrics">Whether to metrics.</param>
    /// <param name="sample">What becomes of a span. Default: all of it.</param>
    public TelemetryRecorder(bool spans = true, bool metrics = true, ActivitySamplingResult sample = ActivitySamplingResult.AllDataAndRecorded)
    {
        _activities = spans ? ListenToSpans(sample) : null;
        _meters = metrics ? ListenToMetrics() : null;
    }

    /// <summary>The spans that are over.</summary>
    public IReadOnlyList<Activity> Spans => [.. _spans];

    /// <summary>What was measured.</summary>
    public IReadOnlyList<Measured> All => [.. _measured];

    /// <summary>The attributes that a sampler is shown, by the name of the span.</summary>
    public IReadOnlyDictionary<string, string[]> AtStart => _atStart;

    /// <summary>The one span of a name.</summary>
    public Activity Span(string name) => Assert.Single(_spans, span => span.DisplayName == name);

    public bool Has(string name, int times = 1) => _spans.Count(span => span.DisplayName == name) >= times;

    /// <summary>The sum of what was counted under a name.</summary>
    public double Sum(string name) => _measured.Where(one => one.Name == name).Sum(one => one.Value);

    /// <summary>Asks the gauges, and gives what one of them shows.</summary>
    public IReadOnlyList<Measured> Collect(string name)
    {
        var before = _measured.Count;
        _meters!.RecordObservableInstruments();
        return [.. _measured.Skip(before).Where(one => one.Name == name)];
    }

    public void Dispose()
    {
        _activities?.Dispose();
        _meters?.Dispose();
    }

    private ActivityListener ListenToSpans(ActivitySamplingResult sample)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Aldis",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                _atStart[options.Name] = [.. (options.Tags ?? []).Select(tag => tag.Key)];
                return sample;
            },
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private MeterListener ListenToMetrics()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Aldis")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        => _measured.Enqueue(new Measured(instrument, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
}

/// <summary>A measurement.</summary>
internal sealed record Measured(Instrument Instrument, double Value, IReadOnlyDictionary<string, object?> Tags)
{
    public string Name => Instrument.Name;
}
