using System.Diagnostics;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Benchmarks.ZeroMq;

/// <summary>
/// The ZeroMQ transport at both its levels, each beside what it is built on, in turn, in one run. Best effort against PUSH and PULL of NetMQ with the same bytes in the same messages, over the loopback
/// interface. Store and forward against the SQLite transport with the same publishers: from the first publish until the last verdict is on the publisher's disk, once over the wire and once not.
/// </summary>
internal static class ZeroMqBenchmark
{
    private const int Rounds = 7;
    private const int FastEvents = 200_000;
    private const int StoredEvents = 30_000;
    private const int Publishers = 64;

    private static readonly TopicName _topic = TopicName.Parse("measured");

    public static async Task RunAsync()
    {
        var figures = new Figures("zeromq");
        await BestEffortAsync(FastEvents / 4);
        RawNetMq.Run(Batch(), FastEvents / 4);
        var fast = new List<(double Ours, double Raw)>();
        for (var round = 0; round < Rounds; round++)
        {
            fast.Add((await BestEffortAsync(FastEvents), RawNetMq.Run(Batch(), FastEvents)));
        }

        Add(figures, "", "raw", "ratio_to_raw", fast);
        await StoredAsync(StoredEvents / 4);
        await SqliteAsync(StoredEvents / 4);
        var stored = new List<(double Ours, double Sqlite)>();
        for (var round = 0; round < Rounds; round++)
        {
            stored.Add((await StoredAsync(StoredEvents), await SqliteAsync(StoredEvents)));
        }

        Add(figures, ".stored", "sqlite", "ratio_to_sqlite", stored);
        figures.WritePage("A ratio is our events per second over theirs: above 1 we are faster.");
    }

    private static void Add(Figures figures, string name, string other, string ratio, List<(double Ours, double Other)> rounds)
    {
        figures.Add($"{name}.per_second", Figures.Median(rounds.Select(round => round.Ours)));
        figures.Add($"{name}.{other}.per_second", Figures.Median(rounds.Select(round => round.Other)));
        figures.Add($"{name}.{ratio}", Figures.Median(rounds.Select(round => round.Ours / round.Other)));
    }

    /// <summary>As many events as a bus hands to a transport at a time.</summary>
    private static Envelope[] Batch()
    {
        var body = new byte[RawNetMq.BodyBytes];
        body.AsSpan().Fill((byte)'x');
        return [.. Enumerable.Range(0, 512).Select(_ => new Envelope
        {
            Id = EventId.New(TimeProvider.System), Topic = _topic, Type = _topic.Value, Source = "/benchmarks", Time = TimeProvider.System.GetUtcNow(), ContentType = "application/json", Body = body,
        })];
    }

    /// <summary>Events per second from the first that is sent until the last one is received and settled.</summary>
    private static async Task<double> BestEffortAsync(int events)
    {
        using var folder = new BenchFolder();
        var options = new ZeroMqOptions { Level = ZeroMqLevel.BestEffort, PeersFile = folder.File("peers.txt"), Announce = true, HighWatermark = 1_000_000 };
        var context = new TransportContext(TimeProvider.System, NullLoggerFactory.Instance);
        await using var publisher = new ZeroMqTransport(options, context);
        await using var member = new ZeroMqTransport(options, context);
        await publisher.StartAsync(CancellationToken.None);
        await member.StartAsync(CancellationToken.None);
        await using var receiver = await member.OpenReceiverAsync(new ReceiverSpec(_topic, GroupName.Parse("bench"), 1024), CancellationToken.None);
        await using var sender = await publisher.OpenSenderAsync(_topic, CancellationToken.None);
        var batch = Batch();
        var start = Stopwatch.GetTimestamp();
        var receiving = ReceiveAsync(receiver, events);
        for (var sent = 0; sent < events; sent += batch.Length)
        {
            await sender.SendAsync(batch.AsMemory(0, Math.Min(batch.Length, events - sent)), CancellationToken.None);
        }

        await receiving;
        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task ReceiveAsync(IReceiver receiver, int events)
    {
        await Task.Yield();
        var (deliveries, settlements) = (new Delivery[1024], new Settlement[1024]);
        for (var settled = 0; settled < events;)
        {
            var count = await receiver.ReceiveAsync(deliveries, CancellationToken.None);
            for (var index = 0; index < count; index++)
            {
                settlements[index] = new Settlement(deliveries[index], Verdict.Done, []);
            }

            await receiver.SettleAsync(settlements.AsMemory(0, count), CancellationToken.None);
            settled += count;
        }
    }

    /// <summary>Events per second, published by one bus and handled by another.</summary>
    private static async Task<double> StoredAsync(int events)
    {
        using var folder = new BenchFolder();
        var options = new ZeroMqOptions { PeersFile = folder.File("peers.txt"), Announce = true };
        var handled = new Count();
        await using var publisher = await EventBus.StartAsync(bus => bus.UseZeroMq(options).UseSqliteLedger(folder.File("publisher.db")));
        var member = await EventBus.StartAsync(bus => bus.UseZeroMq(options).UseSqliteLedger(folder.File("member.db")).Subscribe<Measured>("bench", handled.OnAsync, handled.Options));
        return await MeasureAsync(publisher, member, handled, events);
    }

    /// <summary>Events per second, published and handled by one bus.</summary>
    private static async Task<double> SqliteAsync(int events)
    {
        using var folder = new BenchFolder();
        var handled = new Count();
        var bus = await EventBus.StartAsync(bus => bus.UseSqlite(folder.File("events.db")).Subscribe<Measured>("bench", handled.OnAsync, handled.Options));
        return await MeasureAsync(bus, bus, handled, events);
    }

    private static async Task<double> MeasureAsync(EventBus publisher, EventBus member, Count handled, int events)
    {
        var text = new string('x', 200);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async writer =>
        {
            await Task.Yield();
            for (var number = writer; number < events; number += Publishers)
            {
                await publisher.PublishAsync(new Measured(number, text));
            }
        }));
        while (handled.Value < events)
        {
            await Task.Delay(1);
        }

        // What was handled is settled when the bus has ended.
        await member.DisposeAsync();
        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private sealed class Count
    {
        private int _value;

        public int Value => Volatile.Read(ref _value);

        public SubscriptionOptions Options { get; } = new() { MaxUnsettled = 1024 };

        public ValueTask OnAsync(Measured measured, EventContext context)
        {
            Interlocked.Increment(ref _value);
            return ValueTask.CompletedTask;
        }
    }
}
