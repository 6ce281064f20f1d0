using System.Collections.Concurrent;
using System.Diagnostics;
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
        var frozen = TimeSpan.FromSeconds(Figures.Size(everyday: 5, full: 60));
        await using var server = await Rabbit.OwnAsync();
        var handled = new ConcurrentQueue<string>();
        var log = new RecordedLog();
        var options = Rabbit.Options(server.Uri) with { Heartbeat = heartbeat, PublishTimeout = TimeSpan.FromSeconds(3) };
        await using var bus = await Rabbit.StartAsync(options, handled, log);
        await bus.PublishAsync(new Noted("first"));

        var start = Stopwatch.GetTimestamp();
        server.Freeze();
        var slowest = TimeSpan.Zero;
        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(number => Rabbit.StoreAsync(bus, $"{number}", CancellationToken.None)));
        await Until.TrueAsync(() => log.Warnings.Count(id => id == 2101) >= 2);
        var noticed = Stopwatch.GetElapsedTime(start);
        var trying = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<PublishException>(() => bus.PublishAsync(new Noted("meanwhile")).AsTask());
        slowest = Stopwatch.GetElapsedTime(trying);
        if (frozen - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            await Task.Delay(left);
        }

        server.Thaw();
        await publishing;
        await Until.TrueAsync(() => handled.Distinct().Count(text => text is not "meanwhile") == Publishers + 1);
        Figures.Print("F15", $"rabbitmq: frozen s {frozen.TotalSeconds:F0}, heartbeat s {heartbeat.TotalSeconds:F0}, noticed after ms {noticed.TotalMilliseconds:F0} "
            + $"(bound {2 * heartbeat.TotalMilliseconds:F0}), lost {Publishers + 1 - handled.Distinct().Count(text => text is not "meanwhile")}, a publish meanwhile ended after ms {slowest.TotalMilliseconds:F0}");
        Assert.InRange(noticed, TimeSpan.Zero, 2 * heartbeat);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }
}
