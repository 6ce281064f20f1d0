using System.Diagnostics;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Benchmarks.Kafka;

/// <summary>
/// The Kafka transport beside its own client, in turn, in one run, on the mock cluster of that client. Both publish the same records, headers included, with the same
/// settings: batches of 256 of which each is awaited. And both consume and commit them: Aldis makes an event of each record and settles it, the raw side looks at the record and stores its offset; both
/// commit once a second. The bus, with all that is above a transport on both sides of it, is measured as well.
/// </summary>
internal static class KafkaBenchmark
{
    private const int Rounds = 5;
    private const int Events = 40_000;
    private const int Publishers = 256;

    public static async Task RunAsync()
    {
        using var cluster = new MockCluster();
        var figures = new Figures("kafka");
        var publish = new List<(double Ours, double Raw)>();
        var consume = new List<(double Ours, double Raw)>();
        var bus = new List<(double Publish, double Consume)>();
        await TransportAsync(cluster, Events / 4);
        await RawKafka.RunAsync(cluster, Events / 4);
        await BusAsync(cluster, Events / 4);
        for (var round = 0; round < Rounds; round++)
        {
            var ours = await TransportAsync(cluster, Events);
            var raw = await RawKafka.RunAsync(cluster, Events);
            bus.Add(await BusAsync(cluster, Events));
            publish.Add((ours.Publish, raw.Publish));
            consume.Add((ours.Consume, raw.Consume));
        }

        var ratios = new[] { Add(figures, ".publish", publish), Add(figures, ".consume_commit", consume) };
        figures.Add(".bus.publish.per_second", Figures.Median(bus.Select(round => round.Publish)));
        figures.Add(".bus.consume.per_second", Figures.Median(bus.Select(round => round.Consume)));
        figures.Add(".ratio_to_raw", ratios.Min());
        figures.WritePage("A ratio is our events per second over theirs: above 1 we are faster; `kafka.ratio_to_raw` is the lower one.");
    }

    private static double Add(Figures figures, string name, List<(double Ours, double Raw)> rounds)
    {
        var ratio = Figures.Median(rounds.Select(round => round.Ours / round.Raw));
        figures.Add($"{name}.per_second", Figures.Median(rounds.Select(round => round.Ours)));
        figures.Add($"{name}.raw.per_second", Figures.Median(rounds.Select(round => round.Raw)));
        figures.Add($"{name}.ratio", ratio);
        return ratio;
    }

    /// <summary>Events per second through a sender, and through a receiver.</summary>
    private static async Task<(double Publish, double Consume)> TransportAsync(MockCluster cluster, int events)
    {
        await using var transport = new KafkaTransport(cluster.Options() with { Start = KafkaPosition.Beginning }, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        var topic = TopicName.Parse("measured");
        await using var sender = await transport.OpenSenderAsync(topic, CancellationToken.None);
        await sender.SendAsync(Batch(1), CancellationToken.None);
        var start = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < events; sent += RawKafka.Together)
        {
            await sender.SendAsync(Batch(RawKafka.Together), CancellationToken.None);
        }

        var publish = events / Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (publish, await ReceiveAsync(transport, topic, events));
    }

    private static async Task<double> ReceiveAsync(KafkaTransport transport, TopicName topic, int events)
    {
        await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(topic, GroupName.Parse("bench"), 1024), CancellationToken.None);
        var deliveries = new Delivery[1024];
        var settlements = new Settlement[1024];
        var (settled, first) = (0, 0L);
        while (settled < events)
        {
            var count = await receiver.ReceiveAsync(deliveries, CancellationToken.None);
            first = first == 0 ? Stopwatch.GetTimestamp() : first;
            for (var index = 0; index < count; index++)
            {
                settlements[index] = new Settlement(deliveries[index], Verdict.Done, []);
            }

            await receiver.SettleAsync(settlements.AsMemory(0, count), CancellationToken.None);
            settled += count;
        }

        return settled / Stopwatch.GetElapsedTime(first).TotalSeconds;
    }

    private static Envelope[] Batch(int count) => [.. Enumerable.Range(0, count).Select(_ => new Envelope
    {
        Id = EventId.New(TimeProvider.System), Topic = TopicName.Parse("measured"), Type = "measured", Source = "/benchmarks", Time = DateTimeOffset.UtcNow,
        ContentType = "application/json", Body = RawKafka.Body(),
    })];

    /// <summary>Events per second until the last publish is acknowledged; and from the first record that is handled until the last one's place is committed.</summary>
    private static async Task<(double Publish, double Consume)> BusAsync(MockCluster cluster, int events)
    {
        var options = cluster.Options();
        double publish;
        await using (var publisher = await EventBus.StartAsync(bus => bus.UseKafka(options)))
        {
            // The topic comes into being, and the connections.
            await publisher.PublishAsync(new Measured(0, ""));
            var text = new string('x', RawKafka.BodyBytes - """{"number":000000,"text":""}""".Length);
            var start = Stopwatch.GetTimestamp();
            await RawKafka.FromManyAsync(Publishers, events, number => publisher.PublishAsync(new Measured(number, text)).AsTask());
            publish = events / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        var (handled, first, last) = (0, 0L, 0L);
        var reader = await EventBus.StartAsync(bus => bus.UseKafka(options with { Start = KafkaPosition.Beginning }).Subscribe<Measured>("bench", (_, _) =>
        {
            var count = Interlocked.Increment(ref handled);
            if (count == 1)
            {
                first = Stopwatch.GetTimestamp();
            }
            else if (count == events)
            {
                last = Stopwatch.GetTimestamp();
            }

            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { MaxUnsettled = 1024 }));
        while (Volatile.Read(ref handled) < events)
        {
            await Task.Delay(1);
        }

        // The end of the bus commits what is left, which belongs to the time; that the member leaves its group does not, so that time is taken on both sides with the last record.
        await reader.DisposeAsync();
        return (publish, events / Stopwatch.GetElapsedTime(first, last).TotalSeconds);
    }
}
