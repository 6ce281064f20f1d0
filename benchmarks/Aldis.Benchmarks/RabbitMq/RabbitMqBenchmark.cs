using System.Diagnostics;
using Aldis.Tests.Shared;

namespace Aldis.Benchmarks.RabbitMq;

/// <summary>
/// The RabbitMQ transport beside the broker's own client and beside two libraries, in turn, against one broker that this run starts. Each event is published and
/// confirmed, handed out, decoded and acknowledged, through a durable quorum queue. Wolverine does not wait for confirms. Each is opened once and warmed up: what
/// is measured is the life of a service, not its start. The broker and its disk are the same for all, so the time that this process itself needs is told as well.
/// </summary>
internal static class RabbitMqBenchmark
{
    private const int Rounds = 5;

    /// <summary>So long the run-time compiler is at work on what is new to it, which is no cost of an event.</summary>
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(5);

    private static readonly (string Name, Func<string, Task<ILane>> Open)[] _lanes =
    [
        ("aldis", AldisLane.OpenAsync), ("raw", RawLane.OpenAsync), ("masstransit", MassTransitLane.OpenAsync), ("wolverine", WolverineLane.OpenAsync),
    ];

    public static async Task RunAsync()
    {
        await using var server = await RabbitServer.StartAsync();
        var figures = new Figures("rabbitmq");
        var lanes = new List<(string Name, ILane Lane)>();
        foreach (var (name, open) in _lanes)
        {
            lanes.Add((name, await open(server.Uri)));
            await WarmUpAsync(lanes[^1].Lane);
        }

        var worst = double.MaxValue;
        foreach (var (publishers, events) in new[] { (1, 1_000), (64, 16_000), (256, 12_000) })
        {
            worst = Math.Min(worst, await CompareAsync(figures, lanes, publishers, events));
        }

        foreach (var (_, lane) in lanes)
        {
            await lane.DisposeAsync();
        }

        figures.AddNamed("rabbitmq.ratio_to_raw", worst);
        figures.WritePage("A ratio is our events per second over theirs: above 1 we are faster.");
    }

    private static async Task<double> CompareAsync(Figures figures, List<(string Name, ILane Lane)> lanes, int publishers, int events)
    {
        var results = lanes.ToDictionary(lane => lane.Name, _ => new List<Measurement>());
        for (var round = 0; round < Rounds; round++)
        {
            // In turns: what one leaves to the broker to tidy up is not always at the cost of the same one.
            lanes.Reverse();
            foreach (var (name, lane) in lanes)
            {
                results[name].Add(await MeasureAsync(lane, publishers, events));
            }
        }

        foreach (var (name, all) in results)
        {
            figures.Add($".{publishers}.{name}.per_second", Figures.Median(all.Select(one => one.PerSecond)));
            figures.Add($".{publishers}.{name}.bytes_per_event", Figures.Median(all.Select(one => one.Bytes)));
            figures.Add($".{publishers}.{name}.processor_us_per_event", Figures.Median(all.Select(one => one.ProcessorMicroseconds)));
        }

        double Ratio(string name) => Figures.Median(results["aldis"].Zip(results[name], (our, its) => our.PerSecond / its.PerSecond));
        figures.Add($".{publishers}.ratio_to_masstransit", Ratio("masstransit"));
        figures.Add($".{publishers}.ratio_to_wolverine", Ratio("wolverine"));
        figures.Add($".{publishers}.ratio_to_raw", Ratio("raw"));
        return Ratio("raw");
    }

    private static async Task WarmUpAsync(ILane lane)
    {
        var start = Stopwatch.GetTimestamp();
        var published = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(start) < _warmUp)
            {
                await lane.PublishAsync(new Measured(0, new string('x', 170)));
                Interlocked.Increment(ref published);
            }
        }));
        await HandledAsync(lane, published);
    }

    /// <summary>From the first publish until the last is handled.</summary>
    private static async Task<Measurement> MeasureAsync(ILane lane, int publishers, int events)
    {
        var text = new string('x', 200 - """{"number":000000,"text":""}""".Length);
        var before = lane.Handled;
        GC.Collect();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, publishers).Select(async publisher =>
        {
            await Task.Yield();
            for (var number = publisher; number < events; number += publishers)
            {
                await lane.PublishAsync(new Measured(number, text));
            }
        }));
        await HandledAsync(lane, before + events);
        return new Measurement(
            events / Stopwatch.GetElapsedTime(start).TotalSeconds, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / events,
            (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / events);
    }

    private static async Task HandledAsync(ILane lane, int events)
    {
        var start = Stopwatch.GetTimestamp();
        while (lane.Handled < events)
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(60))
            {
                throw new TimeoutException($"{lane.GetType().Name} has handled {lane.Handled} of {events} events");
            }

            await Task.Delay(1);
        }
    }

    /// <param name="PerSecond">Events per second.</param>
    /// <param name="Bytes">What this process allocated for each.</param>
    /// <param name="ProcessorMicroseconds">How long each kept a processor busy in this process.</param>
    private readonly record struct Measurement(double PerSecond, double Bytes, double ProcessorMicroseconds);
}
