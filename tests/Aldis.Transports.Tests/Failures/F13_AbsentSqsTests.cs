using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.Sqs;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F13")]
public sealed class F13_AbsentSqsTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_bus_starts_without_SQS_says_so_and_works_when_it_is_there()
    {
        Queues.NeedOwn();
        await using var server = SqsServer.NotStarted();
        var handled = new ConcurrentQueue<string>();
        var start = Stopwatch.GetTimestamp();
        await using var bus = await Queues.StartAsync(Queues.Options(server.Uri) with { PublishTimeout = TimeSpan.FromSeconds(1) }, handled);
        var started = Stopwatch.GetElapsedTime(start);
        await Until.TrueAsync(() => bus.Troubles.Count > 0);
        var trouble = bus.Troubles[0].ToString();
        var refused = await Assert.ThrowsAsync<PublishException>(() => bus.PublishAsync(new Noted("too early")).AsTask());

        await server.StartAgainAsync();
        start = Stopwatch.GetTimestamp();
        await Rabbit.StoreAsync(bus, "now", CancellationToken.None);
        await Until.TrueAsync(() => !handled.IsEmpty);
        var connected = Stopwatch.GetElapsedTime(start);
        await Until.TrueAsync(() => bus.Troubles.Count == 0);
        var healthy = Stopwatch.GetElapsedTime(start);

        Figures.Print("F13", $"sqs: started without the service in ms {started.TotalMilliseconds:F0}, events flow after it was up in ms {connected.TotalMilliseconds:F0}, healthy in ms {healthy.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0})");
        Assert.False(refused.MayBeStored);
        Assert.Contains("ALD1406", trouble, StringComparison.Ordinal);
        Assert.InRange(connected, TimeSpan.Zero, _limit);
        Assert.InRange(healthy, TimeSpan.Zero, _limit);
        Assert.Equal(["now"], handled);
    }
}
