using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>What is measured is how soon an event comes, its commit on the disk included: it runs alone.</summary>
[CollectionDefinition(nameof(F22_SilentListenerTests), DisableParallelization = true)]
public sealed class F22_SilentListenerCollection;

[Trait("Failure", "F22")]
[Collection(nameof(F22_SilentListenerTests))]
public sealed class F22_SilentListenerTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(1);

    /// <summary>The connection that listens goes dead without a sign, as it does when a firewall forgets it.</summary>
    [Fact]
    public async Task A_listener_that_hears_nothing_any_more_delays_little_and_loses_nothing()
    {
        // One of its own: what other tests have the server write would be counted as delay.
        await using var server = await Postgres.OwnAsync();
        await using var proxy = new SilentProxy(new Uri(server.Uri).Port);
        var options = Postgres.Options(server.Uri);
        var through = options with { Connection = new UriBuilder(server.Uri) { Port = proxy.Port }.Uri.ToString() };
        var (handled, delays) = (new ConcurrentQueue<string>(), new ConcurrentQueue<double>());
        await using var publisher = await EventBus.StartAsync(bus => bus.UsePostgreSql(options).AddEvent<Noted>());
        await using var bus = await EventBus.StartAsync(bus => bus.UsePostgreSql(through).Subscribe<Noted>("readers", (noted, _) =>
        {
            delays.Enqueue(Stopwatch.GetElapsedTime(long.Parse(noted.Text, CultureInfo.InvariantCulture)).TotalMilliseconds);
            handled.Enqueue(noted.Text);
            return ValueTask.CompletedTask;
        }));
        await Until.TrueAsync(() => proxy.Listening == 1);
        await PublishAsync(publisher, 20, handled);
        var (quick, events) = (delays.Order().ElementAt(10), Figures.Size(everyday: 20, full: 300));
        delays.Clear();

        proxy.Silence();
        var silent = Stopwatch.GetTimestamp();
        await PublishAsync(publisher, events, handled);
        var slowest = delays.Max();
        await Until.TrueAsync(() => proxy.Listening == 1);
        var noticed = Stopwatch.GetElapsedTime(silent);
        Figures.Print("F22", $"events {events}, lost {events + 20 - handled.Count}, slowest while the listener was dead ms {slowest:F0} (bound {_limit.TotalMilliseconds:F0}), median before ms {quick:F1}, "
            + $"another one listens after ms {noticed.TotalMilliseconds:F0}");
        Assert.Equal(events + 20, handled.Count);
        Assert.InRange(slowest, 0, _limit.TotalMilliseconds);
        await Postgres.DropAsync(options);
    }

    /// <summary>One after another, so that each has to be waited for.</summary>
    private static async Task PublishAsync(EventBus bus, int count, ConcurrentQueue<string> handled)
    {
        for (var number = 0; number < count; number++)
        {
            var before = handled.Count;
            await bus.PublishAsync(new Noted(Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture)));
            await Until.TrueAsync(() => handled.Count > before, everyMs: 2);
        }
    }
}
