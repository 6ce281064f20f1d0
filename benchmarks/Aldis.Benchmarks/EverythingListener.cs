using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Aldis.Benchmarks;

/// <summary>Wants every span and every measurement of Aldis, and does nothing with them.</summary>
internal sealed class EverythingListener : IDisposable
{
    private readonly ActivityListener _spans = new()
    {
        ShouldListenTo = source => source.Name == "Aldis",
        Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly MeterListener _metrics = new()
    {
        InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Aldis")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        },
    };

    public EverythingListener()
    {
        ActivitySource.AddActivityListener(_spans);
        _metrics.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _metrics.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _metrics.Start();
    }

    public void Dispose()
    {
        _spans.Dispose();
        _metrics.Dispose();
    }
}
