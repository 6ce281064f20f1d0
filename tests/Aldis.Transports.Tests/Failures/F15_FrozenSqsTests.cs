using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.Sqs;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F15")]
public sealed class F15_FrozenSqsTests
{
    private const int Publishers = 20;

    [Fact]
    public async Task A_service_that_is_silent_is_noticed_in_time_and_nothing_is_lost()
    {
        var patience = TimeSpan.FromSeconds(Figures.Size(everyday: 1, full: 10));
        var frozen = TimeSpan.FromSeconds(Figures.Size(everyday: 4, full: 60));
        await using var server = await Queues.OwnAsync();
        var handled = new ConcurrentQueue<string>();
        var options = Queues.Options(server.Uri) with { RequestTimeout = patience, PublishTimeout = patience };
        await using var bus = await Queues.StartAsync(options, handled);
        await bus.PublishAsync(new Noted("first"));
        await Until.TrueAsync(() => !handled.IsEmpty);

        var start = Stopwatch.GetTimestamp();
        server.Freeze();
        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(number => Rabbit.StoreAsync(bus, $"{number}", CancellationToken.None)));
        await Until.TrueAsync(() => bus.Troubles.Count > 0);
        var noticed = Stopwatch.GetElapsedTime(start);
        var trying = Stopwatch.GetTimestamp();
        var unknown = await Assert.ThrowsAsync<PublishException>(() => bus.PublishAsync(new Noted("meanwhile")).AsTask());
        var slowest = Stopwatch.GetElapsedTime(trying);
        if (frozen - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            await Task.Delay(left);
        }

        server.Thaw();
        await publishing;
        await Until.TrueAsync(() => handled.Distinct().Count(text => text is not "meanwhile") == Publishers + 1);
        var bound = options.LongPoll + (2 * patience) + TimeSpan.FromSeconds(2);
        Figures.Print("F15", $"sqs: frozen s {frozen.TotalSeconds:F0}, request timeout s {patience.TotalSeconds:F0}, noticed after ms {noticed.TotalMilliseconds:F0} (bound {bound.TotalMilliseconds:F0}), "
            + $"lost {Publishers + 1 - handled.Distinct().Count(text => text is not "meanwhile")}, a publish meanwhile ended after ms {slowest.TotalMilliseconds:F0}");
        Assert.True(unknown.MayBeStored);
        Assert.InRange(noticed, TimeSpan.Zero, bound);
        Assert.InRange(slowest, TimeSpan.Zero, 3 * bound);
    }
}
