using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F14")]
public sealed class F14_RestartedBrokerTests : IDisposable
{
    private const int Publishers = 100;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    /// <summary>A broker that is killed within a moment after a queue was declared may have forgotten a part of it.</summary>
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Every other time it is killed, the other times it is stopped in order.</summary>
    [Fact]
    public async Task Nothing_is_lost_and_nothing_takes_effect_twice_while_the_broker_restarts()
    {
        await using var server = await Rabbit.OwnAsync();
        await RunAsync("rabbitmq", bus => bus.UseRabbitMq(Rabbit.Options(server.Uri)).UseSqliteLedger(_folder.File("ledger.db")), server.KillAsync, server.StopAsync, server.StartAgainAsync, _settled);
    }

    /// <summary>A database that is killed recovers when it is started.</summary>
    [Fact]
    public async Task Nor_while_the_database_restarts()
    {
        await using var server = await Postgres.OwnAsync();
        await RunAsync("postgresql", bus => bus.UsePostgreSql(Postgres.Options(server.Uri)), server.KillAsync, server.StopAsync, server.StartAgainAsync, TimeSpan.Zero);
    }

    private static async Task RunAsync(
        string name, Action<EventBusBuilder> use, Func<Task> kill, Func<Task> stop, Func<Task> startAgain, TimeSpan settled)
    {
        var (restarts, events) = (Figures.Size(everyday: 1, full: 10), Figures.Size(everyday: 2_000, full: 20_000));
        var effects = new ConcurrentDictionary<string, int>();
        var lastEffect = Stopwatch.GetTimestamp();
        await using var bus = await EventBus.StartAsync(bus =>
        {
            use(bus);
            bus.Subscribe<Noted>("readers", (noted, _) =>
            {
                effects.AddOrUpdate(noted.Text, 1, (_, count) => count + 1);
                Volatile.Write(ref lastEffect, Stopwatch.GetTimestamp());
                return ValueTask.CompletedTask;
            }, new SubscriptionOptions { Concurrency = 8, Inbox = new InboxOptions() });
        });

        var declared = Stopwatch.GetTimestamp();
        var next = 0;
        var allowed = 0;
        using var more = new SemaphoreSlim(0);
        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= events)
            {
                // So that there is load in every round, and some is left for the next.
                while (number > Volatile.Read(ref allowed))
                {
                    await more.WaitAsync(TimeSpan.FromMilliseconds(20));
                }

                await Rabbit.StoreAsync(bus, $"{number}", CancellationToken.None);
            }
        }));

        var slowest = TimeSpan.Zero;
        for (var restart = 1; restart <= restarts; restart++)
        {
            var before = effects.Count;
            Volatile.Write(ref allowed, events * restart / (restarts + 1));
            await Until.TrueAsync(() => effects.Count > before + 50 && Stopwatch.GetElapsedTime(declared) > settled, everyMs: 1);
            await (restart % 2 == 1 ? kill() : stop());
            Volatile.Write(ref allowed, Volatile.Read(ref allowed) + 200);
            await startAgain();
            var up = Stopwatch.GetTimestamp();
            Volatile.Write(ref allowed, Volatile.Read(ref allowed) + 200);
            await Until.TrueAsync(() => Volatile.Read(ref lastEffect) > up);
            var took = Stopwatch.GetElapsedTime(up, Volatile.Read(ref lastEffect));
            slowest = took > slowest ? took : slowest;
        }

        Volatile.Write(ref allowed, events);
        await publishing;
        await Until.TrueAsync(() => effects.Count >= events);
        var twice = effects.Values.Count(count => count > 1);
        Figures.Print("F14", $"{name}: restarts {restarts}, publishers {Publishers}, events {events}, lost {events - effects.Count}, effects duplicated with inbox {twice}, "
            + $"slowest to resume ms {slowest.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0})");
        Assert.Equal((events, 0), (effects.Count, twice));
        Assert.InRange(slowest, TimeSpan.Zero, _limit);
    }
}
