using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F13")]
public sealed class F13_AbsentBrokerTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_bus_starts_without_its_broker_says_so_and_connects_when_it_is_there()
    {
        Rabbit.NeedOwn();
        await using var server = RabbitServer.NotStarted();
        var options = Rabbit.Options(server.Uri) with { PublishTimeout = TimeSpan.FromSeconds(1) };
        await RunAsync("rabbitmq", handled => Rabbit.StartAsync(options, handled), server.StartAgainAsync);
    }

    [Fact]
    public async Task So_does_one_without_its_database()
    {
        Postgres.NeedOwn();
        await using var server = PostgresServer.NotStarted();
        await RunAsync("postgresql", handled => Postgres.StartAsync(Postgres.Options(server.Uri), handled), server.StartAgainAsync);
    }

    private static async Task RunAsync(string name, Func<ConcurrentQueue<string>, ValueTask<EventBus>> startBus, Func<Task> startServer)
    {
        var handled = new ConcurrentQueue<string>();
        var start = Stopwatch.GetTimestamp();
        await using var bus = await startBus(handled);
        var started = Stopwatch.GetElapsedTime(start);
        await Until.TrueAsync(() => bus.Troubles.Count > 0);
        var trouble = bus.Troubles[0].ToString();
        var refused = await Assert.ThrowsAsync<PublishException>(() => bus.PublishAsync(new Noted("too early")).AsTask());

        await startServer();
        start = Stopwatch.GetTimestamp();
        await Rabbit.StoreAsync(bus, "now", CancellationToken.None);
        await Until.TrueAsync(() => !handled.IsEmpty);
        var connected = Stopwatch.GetElapsedTime(start);
        await Until.TrueAsync(() => bus.Troubles.Count == 0);
        var healthy = Stopwatch.GetElapsedTime(start);

        Figures.Print("F13", $"{name}: started without a broker in ms {started.TotalMilliseconds:F0}, events flow after it was up in ms {connected.TotalMilliseconds:F0}, healthy in ms {healthy.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0})");
        Assert.False(refused.MayBeStored);
        Assert.Contains("ALD1406", trouble, StringComparison.Ordinal);
        Assert.InRange(connected, TimeSpan.Zero, _limit);
        Assert.InRange(healthy, TimeSpan.Zero, _limit);
        Assert.Equal(["now"], handled);
    }
}
