using System.Collections.Concurrent;
using System.Globalization;
using Aldis.Transports.Tests.Kafka;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>The brokers are in this process, and what is measured is how soon all goes on: it runs alone.</summary>
[CollectionDefinition(nameof(KafkaOutageTests), DisableParallelization = true)]
public sealed class KafkaOutageCollection;

/// <summary>Brokers of Kafka that are away, stopped, or forget the members of a group; in the forms that the mock cluster has.</summary>
[Collection(nameof(KafkaOutageTests))]
public sealed class KafkaOutageTests : IDisposable
{
    private const int Heartbeat = 12;

    private readonly ConcurrentDictionary<string, int> _handled = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Failure", "F13")]
    public async Task A_program_starts_while_the_brokers_are_away_and_works_when_they_come()
    {
        using var cluster = new KafkaMock();
        cluster.Down();
        await using var bus = await StartAsync(KafkaServer.Mocked(cluster.Servers));
        await Until.TrueAsync(() => bus.Troubles.Count > 0, limit: TimeSpan.FromSeconds(20));
        cluster.Up();
        var took = await Until.TrueAsync(() => bus.Troubles.Count == 0, limit: TimeSpan.FromSeconds(20));
        await PublishAsync(bus, "after");
        await Until.TrueAsync(() => _handled.ContainsKey("after"), limit: TimeSpan.FromSeconds(20));
        Figures.Print("F13", $"kafka: started without brokers, unhealthy until they came, healthy after s {Seconds(took)} (bound 5)");
        Assert.InRange(took.TotalSeconds, 0, 5);
    }

    [Fact]
    [Trait("Failure", "F14")]
    public async Task Brokers_that_end_and_come_back_lose_nothing_and_repeat_no_effect()
    {
        var (restarts, publishers, events) = (Figures.Size(everyday: 3, full: 10), Figures.Size(everyday: 20, full: 100), Figures.Size(everyday: 600, full: 10_000));
        using var cluster = new KafkaMock();
        await using var bus = await StartAsync(KafkaServer.Mocked(cluster.Servers));
        var next = 0;
        var publishing = Task.WhenAll(Enumerable.Range(0, publishers).Select(async _ =>
        {
            for (var number = Interlocked.Increment(ref next); number <= events; number = Interlocked.Increment(ref next))
            {
                await PublishAsync(bus, $"{number}");
                await Task.Delay(restarts * 1500 * publishers / events);
            }
        }));
        var slowest = TimeSpan.Zero;
        for (var restart = 0; restart < restarts; restart++)
        {
            await Task.Delay(500);
            cluster.Down();
            await Task.Delay(500);
            var before = _handled.Count;
            cluster.Up();
            var took = await Until.TrueAsync(() => _handled.Count > before || publishing.IsCompleted, limit: TimeSpan.FromSeconds(30));
            slowest = took > slowest ? took : slowest;
        }

        await publishing;
        await Until.TrueAsync(() => _handled.Count == events, limit: TimeSpan.FromSeconds(60));
        Figures.Print("F14", $"kafka: restarts {restarts}, publishers {publishers}, events {events}, lost {events - _handled.Count} (bound 0), "
            + $"effects-duplicated {_handled.Values.Count(times => times > 1)} (bound 0), slowest-resume-s {Seconds(slowest)} (bound 5)");
        Assert.DoesNotContain(_handled.Values, times => times > 1);
        Assert.InRange(slowest.TotalSeconds, 0, 5);
    }

    [Fact]
    [Trait("Failure", "F15")]
    public async Task Brokers_that_are_frozen_are_noticed_and_lose_nothing()
    {
        var seconds = Figures.Size(everyday: 20, full: 60);
        using var cluster = new VictimProcess("cluster");
        var servers = (await cluster.UntilAsync("servers"))["servers ".Length..];
        await using var bus = await StartAsync(KafkaServer.Mocked(servers) with { DeliveryTimeout = TimeSpan.FromMinutes(2), SessionTimeout = TimeSpan.FromSeconds(6) });
        await PublishAsync(bus, "before");
        await Until.TrueAsync(() => _handled.ContainsKey("before"), limit: TimeSpan.FromSeconds(30));
        cluster.Freeze();
        var publishing = PublishAsync(bus, "meanwhile");
        var noticed = await Until.TrueAsync(() => bus.Troubles.Count > 0, limit: TimeSpan.FromSeconds(seconds));
        await Task.Delay(TimeSpan.FromSeconds(seconds) - noticed);
        cluster.Thaw();
        await publishing;
        var took = await Until.TrueAsync(() => _handled.ContainsKey("meanwhile") && bus.Troubles.Count == 0, limit: TimeSpan.FromSeconds(60));
        Figures.Print("F15", $"kafka: frozen-s {seconds}, noticed-s {Seconds(noticed)} (bound 12), resumed-s {Seconds(took)}, lost {2 - _handled.Count} (bound 0)");
        Assert.InRange(noticed.TotalSeconds, 0, 12);
    }

    [Fact]
    [Trait("Failure", "F16")]
    public async Task A_member_that_the_group_has_forgotten_joins_again()
    {
        using var cluster = new KafkaMock();
        await using var bus = await StartAsync(KafkaServer.Mocked(cluster.Servers));
        await PublishAsync(bus, "before");
        await Until.TrueAsync(() => _handled.ContainsKey("before"), limit: TimeSpan.FromSeconds(30));
        cluster.Fail(Heartbeat, Confluent.Kafka.ErrorCode.UnknownMemberId, times: 1);
        cluster.Fail(Heartbeat, Confluent.Kafka.ErrorCode.IllegalGeneration, times: 1);
        await Task.Delay(500);
        await PublishAsync(bus, "after");
        var took = await Until.TrueAsync(() => _handled.ContainsKey("after"), limit: TimeSpan.FromSeconds(30));
        Figures.Print("F16", $"kafka: forgotten twice, went on after s {Seconds(took)} (bound 10), lost {2 - _handled.Count} (bound 0)");
        Assert.InRange(took.TotalSeconds, 0, 10);
    }

    /// <summary>A bus whose group counts how often each event has had its effect, with an inbox.</summary>
    private ValueTask<EventBus> StartAsync(KafkaOptions options) => EventBus.StartAsync(bus => bus.UseKafka(options).UseSqliteLedger(_folder.File($"{Guid.CreateVersion7()}.db"))
        .Subscribe<Noted>("readers", (noted, _) =>
        {
            _handled.AddOrUpdate(noted.Text, 1, (_, times) => times + 1);
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { Inbox = new InboxOptions() }));

    /// <summary>Publishes until it is stored, as a program does: with one id.</summary>
    private static async Task PublishAsync(EventBus bus, string text)
    {
        var options = new PublishOptions { Id = EventId.New(TimeProvider.System) };
        while (true)
        {
            try
            {
                await bus.PublishAsync(new Noted(text), options);
                return;
            }
            catch (PublishException)
            {
                await Task.Delay(100);
            }
        }
    }

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
}
