using System.Diagnostics;
using Aldis.Tests.Shared;

namespace Aldis.Benchmarks.RabbitMq;

/// <summary>
/// The RabbitMQ transport beside the broker's own client and beside two libraries, in turn, against one broker that this run starts. Each event is published and
/// confirmed, handed out, decoded and acknowledged, through a durable quorum queue. Wolverine does not wait for confirms.
/// </summary>
internal static class RabbitMqBenchmark
{
    private const int Rounds = 4;

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
        var worst = double.MaxValue;
        foreach (var (_, open) in _lanes)
        {
            await WarmUpAsync(await open(server.Uri));
        }

        foreach (var (publishers, events) in new[] { (1, 1_000), (64, 16_000), (256, 12_000) })
        {
            worst = Math.Min(worst, await CompareAsync(figures, server.Uri, publishers, events));
        }

        figures.AddNamed("rabbitmq.ratio_to_raw", worst);
        figures.WritePage("A ratio is our events per second over theirs: above 1 we are faster.");
    }

    private static async Task<double> CompareAsync(Figures figures, string uri, int publishers, int events)
    {
        var lanes = _lanes.ToArray();
        var results = lanes.ToDictionary(lane => lane.Name, _ => new List<(double PerSecond, double Bytes)>());
        for (var round = 0; round < Rounds; round++)
        {
            // In turns: what one leaves to the broker to tidy up is not always at the cost of the same one.
            Array.Reverse(lanes);
            foreach (var (name, open) in lanes)
            {
                results[name].Add(await MeasureAsync(await open(uri), publishers, events));
            }
        }

        foreach (var (name, all) in results)
        {
            figures.Add($".{publishers}.{name}.per_second", Figures.Median(all.Select(one => one.PerSecond)));
            figures.Add($".{publishers}.{name}.bytes_per_event", Figures.Median(all.Select(one => one.Bytes)));
        }

        double Ratio(string name) => Figures.Median(results["aldis"].Zip(results[name], (our, its) => our.PerSecond / its.PerSecond));
        figures.Add($".{publishers}.ratio_to_masstransit", Ratio("masstransit"));
        figures.Add($".{publishers}.ratio_to_wolverine", Ratio("wolverine"));
        figures.Add($".{publishers}.ratio_to_raw", Ratio("raw"));
        return Ratio("raw");
    }

    private static async Task WarmUpAsync(ILane lane)
    {
        await using (lane)
        {
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
            {
                while (Stopwatch.GetElapsedTime(start) < _warmUp)
                {
                    await lane.PublishAsync(new Measured(0, new string('x', 170)));
                }
            }));
        }
    }

    /// <summary>Events per second from the first publish until the last is handled, and the bytes that each took.</summary>
    private static async Task<(double PerSecond, double Bytes)> MeasureAsync(ILane lane, int publishers, int events)
    {
        await using (lane)
        {
            var text = new string('x', 200 - """{"number":000000,"text":""}""".Length);
            await lane.PublishAsync(new Measured(-1, text));
            await HandledAsync(lane, 1);
            GC.Collect();
            var bytes = GC.GetTotalAllocatedBytes(precise: true);
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, publishers).Select(async publisher =>
            {
                await Task.Yield();
                for (var number = publisher; number < events; number += publishers)
                {
                    await lane.PublishAsync(new Measured(number, text));
                }
            }));
            await HandledAsync(lane, events + 1);
            return (events / Stopwatch.GetElapsedTime(start).TotalSeconds, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / events);
        }
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
}
