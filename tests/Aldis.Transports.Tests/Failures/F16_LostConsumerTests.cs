using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;
using RabbitMQ.Client;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F16")]
public sealed class F16_LostConsumerTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_queue_that_is_deleted_is_made_anew_with_its_consumer()
    {
        var server = await Rabbit.SharedAsync();
        var options = Rabbit.Options(server.Uri);
        var handled = new ConcurrentQueue<string>();
        await using var bus = await Rabbit.StartAsync(options, handled);
        await bus.PublishAsync(new Noted("before"));
        await Until.TrueAsync(() => handled.Count == 1);
        await using var connection = await new ConnectionFactory { Uri = new Uri(server.Uri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < Figures.Size(everyday: 3, full: 50); round++)
        {
            await channel.QueueDeleteAsync($"{options.Topology.Prefix}:noted:readers");
            var start = Stopwatch.GetTimestamp();
            await Rabbit.StoreAsync(bus, $"after {round}", CancellationToken.None);
            await Until.TrueAsync(() => handled.Contains($"after {round}"), everyMs: 5);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        Figures.Print("F16", $"rabbitmq queue deleted: slowest until events flow again ms {slowest.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0})");
        Assert.InRange(slowest, TimeSpan.Zero, _limit);
        Assert.Empty(bus.Troubles);
    }

    /// <summary>The broker closes the channel of a consumer that takes too long.</summary>
    [Fact]
    public async Task A_consumer_whose_channel_the_broker_closes_is_made_anew()
    {
        await using var server = await Rabbit.OwnAsync("-rabbit consumer_timeout 2000 -rabbit channel_tick_interval 500");
        var log = new RecordedLog();
        var attempts = new ConcurrentQueue<int>();
        using var slow = new SemaphoreSlim(0);
        await using var bus = await EventBus.StartAsync(bus =>
        {
            bus.Loggers = log;
            bus.UseRabbitMq(Rabbit.Options(server.Uri)).Subscribe<Noted>("readers", async (_, context) =>
            {
                attempts.Enqueue(context.Attempt);
                if (attempts.Count == 1)
                {
                    await slow.WaitAsync();
                }
            }, new SubscriptionOptions { Concurrency = 2 });
        });
        await bus.PublishAsync(new Noted("long"));
        await Until.TrueAsync(() => log.Warnings.Contains(2105));
        var start = Stopwatch.GetTimestamp();
        await Until.TrueAsync(() => attempts.Count == 2);
        var again = Stopwatch.GetElapsedTime(start);
        slow.Release();
        await bus.PublishAsync(new Noted("next"));
        await Until.TrueAsync(() => attempts.Count == 3);
        Figures.Print("F16", $"rabbitmq channel closed for its ack timeout: delivered again after ms {again.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0}), attempts {string.Join(',', attempts)}");
        Assert.InRange(again, TimeSpan.Zero, _limit);
    }

    [Fact]
    public async Task Connections_that_the_database_ends_are_made_anew()
    {
        await using var server = await Postgres.OwnAsync();
        var handled = new ConcurrentQueue<string>();
        await using var bus = await Postgres.StartAsync(Postgres.Options(server.Uri), handled);
        var slowest = TimeSpan.Zero;
        var rounds = Figures.Size(everyday: 5, full: 200);
        for (var round = 0; round < rounds; round++)
        {
            await Postgres.ExecuteAsync(server.Uri, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
            var start = Stopwatch.GetTimestamp();
            await Rabbit.StoreAsync(bus, $"after {round}", CancellationToken.None);
            await Until.TrueAsync(() => handled.Contains($"after {round}"), everyMs: 5);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        Figures.Print("F16", $"postgresql backends terminated {rounds} times: slowest until events flow again ms {slowest.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0}), lost {rounds - handled.Distinct().Count()}");
        Assert.InRange(slowest, TimeSpan.Zero, _limit);
        await Until.TrueAsync(() => bus.Troubles.Count == 0);
    }
}
