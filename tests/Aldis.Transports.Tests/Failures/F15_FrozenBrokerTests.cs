using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F15")]
public sealed class F15_FrozenBrokerTests
{
    private const int Publishers = 20;

    [Fact]
    public async Task A_broker_that_is_silent_is_given_up_in_time_and_nothing_is_lost()
    {
        var heartbeat = TimeSpan.FromSeconds(Figures.Size(everyday: 3, full: 10));
        await using var server = await Rabbit.OwnAsync();
        var options = Rabbit.Options(server.Uri) with { Heartbeat = heartbeat, PublishTimeout = TimeSpan.FromSeconds(3) };
        await RunAsync("rabbitmq", heartbeat, (handled, log) => Rabbit.StartAsync(options, handled, log), log => log.Warnings.Count(id => id == 2101) >= 2, server.Freeze, server.Thaw);
    }

    /// <summary>A database has no heartbeat of its own: it is looked at, and has to answer.</summary>
    [Fact]
    public async Task So_is_a_database_that_does_not_answer()
    {
        var heartbeat = TimeSpan.FromSeconds(Figures.Size(everyday: 2, full: 10));
        await using var server = await Postgres.OwnAsync();
        var options = Postgres.Options(server.Uri) with { CommandTimeout = heartbeat, ConnectTimeout = heartbeat };
        await RunAsync("postgresql", heartbeat, (handled, log) => Postgres.StartAsync(options, handled, log), log => log.Warnings.Contains(2402), server.Freeze, server.Thaw);
    }

    private static async Task RunAsync(string name, TimeSpan heartbeat, Func<ConcurrentQueue<string>, RecordedLog, ValueTask<EventBus>> startBus,
        Func<RecordedLog, bool> isNoticed, Action freeze, Action thaw)
    {
        var frozen = TimeSpan.FromSeconds(Figures.Size(everyday: 5, full: 60));
        var handled = new ConcurrentQueue<string>();
        var log = new RecordedLog();
        await using var bus = await startBus(handled, log);
        await bus.PublishAsync(new Noted("first"));

        var start = Stopwatch.GetTimestamp();
        freeze();
        var slowest = TimeSpan.Zero;
        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(number => Rabbit.StoreAsync(bus, $"{number}", CancellationToken.None)));
        await Until.TrueAsync(() => isNoticed(log));
        var noticed = Stopwatch.GetElapsedTime(start);
        var trying = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<PublishException>(() => bus.PublishAsync(new Noted("meanwhile")).AsTask());
        slowest = Stopwatch.GetElapsedTime(trying);
        if (frozen - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            await Task.Delay(left);
        }

        thaw();
        await publishing;
        await Until.TrueAsync(() => handled.Distinct().Count(text => text is not "meanwhile") == Publishers + 1);
        Figures.Print("F15", $"{name}: frozen s {frozen.TotalSeconds:F0}, heartbeat s {heartbeat.TotalSeconds:F0}, noticed after ms {noticed.TotalMilliseconds:F0} "
            + $"(bound {2 * heartbeat.TotalMilliseconds:F0}), lost {Publishers + 1 - handled.Distinct().Count(text => text is not "meanwhile")}, a publish meanwhile ended after ms {slowest.TotalMilliseconds:F0}");
        Assert.InRange(noticed, TimeSpan.Zero, 2 * heartbeat);

        // It waits for a connection and for an answer, each for as long as it was told to.
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(Math.Max(12, (2 * heartbeat.TotalSeconds) + 3)));
    }
}
