using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F17")]
public sealed class F17_PhantomConsumerTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    /// <summary>The broker has handed over what it may, and nothing of it has arrived: more waits, and nothing comes.</summary>
    [Fact]
    public async Task A_consumer_to_which_nothing_is_delivered_any_more_is_noticed_and_made_anew()
    {
        var server = await Rabbit.SharedAsync();
        Assert.SkipUnless(RabbitServer.Foreign is null || server.Uri.Contains("127.0.0.1", StringComparison.Ordinal), "the proxy speaks to a broker of this machine");
        var direct = new Uri(server.Uri);
        await using var proxy = new DeafProxy(direct.Port);
        var options = Rabbit.Options(new UriBuilder(direct) { Port = proxy.Port }.Uri.ToString()) with { Prefetch = 10 };
        var handled = new ConcurrentQueue<string>();
        var log = new RecordedLog();
        await using var bus = await Rabbit.StartAsync(options, handled, log);
        await bus.PublishAsync(new Noted("before"));
        await Until.TrueAsync(() => handled.Count == 1);

        proxy.Deafen();
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => bus.PublishAsync(new Noted($"{number}")).AsTask()));
        await Until.TrueAsync(() => log.Warnings.Contains(2106));
        var noticed = Stopwatch.GetElapsedTime(start);
        await Until.TrueAsync(() => handled.Distinct().Count() == 21);

        Figures.Print("F17", $"rabbitmq: deliveries kept back {proxy.Kept}, noticed after ms {noticed.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0}), lost {21 - handled.Distinct().Count()}");
        Assert.True(proxy.Kept > 0, "nothing was kept back");
        Assert.InRange(noticed, TimeSpan.Zero, _limit);
    }
}
