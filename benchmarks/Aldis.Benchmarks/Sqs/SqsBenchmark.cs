using System.Diagnostics;
using Aldis.Events;
using Aldis.Tests.Shared;
using Aldis.Transports;
using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Benchmarks.Sqs;

/// <summary>
/// The bus on SQS beside the service's own client, in turn, against one fauxqs that this run starts: events are published until the service has taken the last, then handled until the last is
/// deleted. Both sides have the same number of requests in flight, each with ten entries.
/// </summary>
internal static class SqsBenchmark
{
    private const int Rounds = 6;

    /// <summary>Until what runs is what the compiler makes of code that runs often.</summary>
    private const int WarmUps = 3;

    private const int Events = 36_000;
    private const int Publishers = 256;

    public static async Task RunAsync()
    {
        await using var server = await SqsServer.StartAsync();
        var figures = new Figures("sqs");
        var text = new string('x', 200 - """{"number":000000,"text":""}""".Length);
        var publish = new List<(double Ours, double Raw)>();
        var consume = new List<(double Ours, double Raw)>();
        for (var round = -WarmUps; round < Rounds; round++)
        {
            // In turns: what one leaves to the service to tidy up is not always at the cost of the same one.
            var raw = round % 2 == 0 ? await RawSqs.RunAsync(server.Endpoint, Events, text) : default;
            var ours = await BusAsync(server.Endpoint, text);
            raw = round % 2 == 0 ? raw : await RawSqs.RunAsync(server.Endpoint, Events, text);
            if (round >= 0)
            {
                publish.Add((ours.Publish, raw.Publish));
                consume.Add((ours.Consume, raw.Consume));
            }
        }

        var ratios = new[] { Add(figures, ".publish", publish), Add(figures, ".consume", consume) };
        figures.Add(".ratio_to_raw", ratios.Min());
        figures.WritePage("A ratio is our events per second over theirs: above 1 we are faster; `sqs.ratio_to_raw` is the lower one.");
    }

    private static double Add(Figures figures, string name, List<(double Ours, double Raw)> rounds)
    {
        var ratio = Figures.Median(rounds.Select(round => round.Ours / round.Raw));
        figures.Add($"{name}.per_second", Figures.Median(rounds.Select(round => round.Ours)));
        figures.Add($"{name}.raw.per_second", Figures.Median(rounds.Select(round => round.Raw)));
        figures.Add($"{name}.ratio", ratio);
        return ratio;
    }

    private static async Task<(double Publish, double Consume)> BusAsync(string endpoint, string text)
    {
        var options = new SqsOptions
        {
            Region = "us-east-1", Endpoint = endpoint, Credentials = new BasicAWSCredentials("bench", "bench"), LongPoll = TimeSpan.FromSeconds(1),
            MaxPublishes = RawSqs.InFlight, MaxReceives = RawSqs.InFlight, Topology = new SqsTopology { Prefix = $"b{Guid.NewGuid().ToString("N")[..10]}" },
        };
        await using (await StartAsync(options, () => { }))
        {
            // The group has its queue.
        }

        double publish;
        await using (var publisher = await EventBus.StartAsync(bus => bus.UseSqs(options)))
        {
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async one =>
            {
                await Task.Yield();
                for (var number = one; number < Events; number += Publishers)
                {
                    await publisher.PublishAsync(new Measured(number, text));
                }
            }));
            publish = Events / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return (publish, await ConsumeAsync(options));
    }

    /// <summary>Events per second from the start of the bus until the service has nothing left of them.</summary>
    private static async Task<double> ConsumeAsync(SqsOptions options)
    {
        var handled = 0;
        var watch = new SqsTransport(options, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        await using var watching = watch;
        await watch.StartAsync(CancellationToken.None);
        var start = Stopwatch.GetTimestamp();
        await using var bus = await StartAsync(options, () => Interlocked.Increment(ref handled));
        while (Volatile.Read(ref handled) < Events)
        {
            await Task.Delay(1);
        }

        while ((await watch.ReadBacklogAsync(TopicName.Parse("measured"), GroupName.Parse("bench"), CancellationToken.None)).Depth > 0)
        {
            await Task.Delay(1);
        }

        return Events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static ValueTask<EventBus> StartAsync(SqsOptions options, Action handled) => EventBus.StartAsync(bus => bus.UseSqs(options).Subscribe<Measured>("bench", (_, _) =>
    {
        handled();
        return ValueTask.CompletedTask;
    }, new SubscriptionOptions { MaxUnsettled = 1024 }));
}
