using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Aldis.Transports.Tests.Kafka;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.Sqs;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A program that ends while its server is silent: it ends, and whoever waits for a publish is told.</summary>
[Trait("Failure", "F15")]
public sealed class F15_EndingTests
{
    /// <summary>It takes its leave, tells who waits, and closes its connections: each step has a limit of its own.</summary>
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _handled = new();

    [Fact]
    public async Task Of_RabbitMQ()
    {
        await using var server = await Rabbit.OwnAsync();
        await EndAsync("rabbitmq", Rabbit.StartAsync(Rabbit.Options(server.Uri), _handled), server.Freeze, server.Thaw);
    }

    [Fact]
    public async Task Of_PostgreSQL()
    {
        await using var server = await Postgres.OwnAsync();
        await EndAsync("postgresql", Postgres.StartAsync(Postgres.Options(server.Uri) with { CommandTimeout = TimeSpan.FromSeconds(2) }, _handled), server.Freeze, server.Thaw);
    }

    [Fact]
    public async Task Of_SQS()
    {
        await using var server = await Queues.OwnAsync();
        await EndAsync("sqs", Queues.StartAsync(Queues.Options(server.Uri), _handled), server.Freeze, server.Thaw);
    }

    [Fact]
    public async Task Of_Kafka()
    {
        using var cluster = new VictimProcess("cluster");
        var servers = (await cluster.UntilAsync("servers"))["servers ".Length..];
        await EndAsync("kafka", EventBus.StartAsync(bus => bus.UseKafka(KafkaServer.Mocked(servers) with { SessionTimeout = TimeSpan.FromSeconds(6) }).Subscribe<Noted>("readers", (noted, _) =>
        {
            _handled.Enqueue(noted.Text);
            return ValueTask.CompletedTask;
        })), cluster.Freeze, cluster.Thaw);
    }

    private async Task EndAsync(string name, ValueTask<EventBus> starting, Action freeze, Action thaw)
    {
        await using var bus = await starting;
        await Rabbit.StoreAsync(bus, "before", CancellationToken.None);
        await Until.TrueAsync(() => !_handled.IsEmpty);
        freeze();
        try
        {
            var publishing = bus.PublishAsync(new Noted("meanwhile")).AsTask();
            var start = Stopwatch.GetTimestamp();
            var ending = bus.DisposeAsync().AsTask();
            var error = await Assert.ThrowsAsync<PublishException>(() => publishing.WaitAsync(TimeSpan.FromSeconds(60)));
            var told = Stopwatch.GetElapsedTime(start);
            await ending.WaitAsync(TimeSpan.FromSeconds(60));
            var ended = Stopwatch.GetElapsedTime(start);
            Figures.Print("F15", string.Create(CultureInfo.InvariantCulture, $"{name}, ending: publisher told after s {told.TotalSeconds:F1}, may be stored {error.MayBeStored}, ended after s {ended.TotalSeconds:F1} (bound {_bound.TotalSeconds:F0})"));
            Assert.InRange(ended, TimeSpan.Zero, _bound);
        }
        finally
        {
            thaw();
        }
    }
}
