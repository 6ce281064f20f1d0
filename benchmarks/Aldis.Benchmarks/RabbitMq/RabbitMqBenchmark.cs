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

    public static async Task RunAsync()
    {
        await using var server = await RabbitServer.StartAsync();
        var figures = new Figures("rabbitmq");
        var worst = double.MaxValue;
        foreach (var (publishers, events) in new[] { (1, 1_500), (64, 8_000), (256, 12_000) })
        {
            worst = Math.Min(worst, await CompareAsync(figures, server.Uri, publishers, events));
        }

        figures.AddNamed("rabbitmq.ratio_to_raw", worst);
        figures.WritePage("A ratio is our events per second over theirs: above 1 we are faster.");
    }

    private static async Task<double> CompareAsync(Figures figures, string uri, int publishers, int events)
    {
        (string Name, Func<string, Task<ILane>> Open)[] lanes =
        [
            ("aldis", AldisLane.OpenAsync), ("raw", RawLane.OpenAsync), ("masstransit", MassTransitLane.OpenAsync), ("wolverine", WolverineLane.OpenAsync),
        ];
        var results = lanes.ToDictionary(lane => lane.Name, _ => new List<(double PerSecond, double Bytes)>());
        for (var round = -1; round < Rounds; round++)
        {
            // In turns: what one leaves to the broker to tidy up is not always at the cost of the same one.
            Array.Reverse(lanes);
            foreach (var (name, open) in lanes)
            {
                var result = await MeasureAsync(await open(uri), publishers, events);
                if (round >= 0)
                {
                    results[name].Add(result);
                }
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
