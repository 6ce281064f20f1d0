using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Aldis.Tests.Shared.Toy;
using Aldis.Transports.Tests.Kafka;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>
/// Order by key while handlers fail, dead letters are redriven and processes die. What order means where an event may be handled twice is said at
/// <see cref="KeyRuns"/>.
/// </summary>
[Trait("Failure", "F33")]
public sealed class F33_KeyOrderTests : IDisposable
{
    private const int Processes = 4;
    private const int Keys = 25;

    private readonly TemporaryFolder _folder = new();
    private readonly List<VictimProcess> _victims = [];

    public void Dispose()
    {
        _victims.ForEach(victim => victim.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Events_of_a_key_keep_their_order_while_processes_are_killed_and_dead_letters_redriven()
    {
        var file = _folder.File("events.db");
        await RunAsync("sqlite", file, bus => bus.UseSqlite(file), () => Task.FromResult(
            StoredEvents.Count(file, "SELECT (SELECT count(*) FROM aldis_claim) + (SELECT count(*) FROM aldis_delivery)") == 0
            && StoredEvents.Count(file, "SELECT sum(cursor = last) FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic") == 1));
        Assert.Equal("ok", StoredEvents.Integrity(file));
    }

    [Fact]
    public async Task So_they_do_on_PostgreSQL()
    {
        await using var database = await TemporaryDatabase.MakeAsync();
        await RunAsync("postgresql", database.Uri, bus => bus.UsePostgreSql(database.Uri),
            async () => await Postgres.CountAsync(database.Uri, "SELECT coalesce(depth, 1) + (SELECT count(*) FROM aldis.delivery) FROM aldis.backlog('noted', 'readers')") == 0);
    }

    private async Task RunAsync(string name, string place, Func<EventBusBuilder, EventBusBuilder> use, Func<Task<bool>> isThrough)
    {
        await using var bus = await EventBus.StartAsync(bus => use(bus));
        using var end = new CancellationTokenSource();
        var redriving = RedriveAsync(bus, end.Token);
        var working = await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => BeginAsync(place)));
        var (published, kills) = await PublishAndKillAsync(bus, place, working, TimeSpan.FromSeconds(Figures.Size(everyday: 6, full: 180)));
        await Until.TrueAsync(isThrough);
        await end.CancelAsync();
        await Task.WhenAll(working.Select(victim => victim.KillAsync()));

        KeyRunOnce[] runs = [.. _victims.SelectMany((victim, number) => Handling.Of(victim).Select(handling => RunOf(handling, number)))];
        Judge($"{name}: processes {Processes}, workers {Processes * 8}, kills {kills}", published, runs, await redriving);
        Assert.True(kills >= Processes, "hardly a process was killed: the test proves nothing");
    }

    [Fact]
    public Task Events_of_a_key_keep_their_order_with_32_workers_in_memory() => RunAsync("in-memory", bus => bus.UseInMemory());

    /// <summary>The transport of the guide knows nothing of retries that wait, nor of dead letters.</summary>
    [Fact]
    public Task Events_of_a_key_keep_their_order_with_32_workers_and_a_ledger()
        => RunAsync("toy, ledger in SQLite", bus => bus.UseTransport(context => new ToyTransport(context.Time)).UseSqliteLedger(_folder.File("ledger.db")));

    [Fact]
    public async Task Events_of_a_key_keep_their_order_on_RabbitMQ_with_a_ledger()
    {
        var options = Rabbit.Options((await Rabbit.SharedAsync()).Uri);
        await RunAsync("rabbitmq, ledger in SQLite", bus => bus
            .UseRabbitMq(options with { Topology = options.Topology with { SingleActiveConsumer = true } }).UseSqliteLedger(_folder.File("ledger.db")));
    }

    [Fact]
    public Task Events_of_a_key_keep_their_order_on_Kafka_with_a_ledger()
        => RunAsync("kafka, ledger in SQLite", bus => bus.UseKafka(KafkaServer.Options()).UseSqliteLedger(_folder.File("ledger.db")));

    private static async Task RunAsync(string name, Func<EventBusBuilder, EventBusBuilder> use)
    {
        var (runs, random) = (new ConcurrentQueue<KeyRunOnce>(), new Random(33));
        var options = new SubscriptionOptions
        {
            Concurrency = 32, MaxUnsettled = 128,
            Retry = new RetryPolicy { MaxAttempts = 2, ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(10) },
        };
        await using var bus = await EventBus.StartAsync(bus => use(bus).Subscribe<Noted>("readers", HandleAsync, options));
        using var end = new CancellationTokenSource();
        var redriving = RedriveAsync(bus, end.Token);
        var published = new int[Keys];
        for (var number = 0; number < Figures.Size(everyday: 3_000, full: 300_000); number++)
        {
            await PublishAsync(bus, random.Next(Keys), published);
        }

        await Until.TrueAsync(() => runs.Where(run => run.IsCompleted).Select(run => (run.Key, run.Number)).Distinct().Count() == published.Sum(), everyMs: 500);
        await end.CancelAsync();
        Judge($"{name}: processes 1, workers 32, kills 0", published, [.. runs], await redriving);

        async ValueTask HandleAsync(Noted noted, EventContext context)
        {
            var begun = Stopwatch.GetTimestamp();
            await Task.Delay(Random.Shared.Next(0, 2));
            var fails = Random.Shared.Next(8) == 0;
            runs.Enqueue(Of(noted.Text, begun, Stopwatch.GetTimestamp(), !fails));
            if (fails)
            {
                throw new InvalidOperationException("as it happens");
            }
        }
    }

    private static void Judge(string what, int[] published, KeyRunOnce[] runs, int redriven)
    {
        var completed = runs.Where(run => run.IsCompleted).Select(run => (run.Key, run.Number)).ToArray();
        var handled = completed.Distinct().Count();
        var violations = KeyRuns.Violations(runs);
        Figures.Print("F33", $"{what}, keys {Keys}, events {published.Sum()}, failures {runs.Count(run => !run.IsCompleted)}, redriven {redriven}, "
            + $"duplicates {completed.Length - handled}, lost {published.Sum() - handled}, violations {violations.Length} (bound 0)");
        Assert.True(violations.Length == 0, string.Join(Environment.NewLine, violations.Take(10).Select(violation => KeyRuns.History(runs, violation))));
        Assert.Equal(published.Sum(), handled);
        Assert.True(redriven > 0, "nothing was given up and redriven: the test proves nothing");
    }

    private async Task<(int[] Published, int Kills)> PublishAndKillAsync(EventBus bus, string file, VictimProcess[] working, TimeSpan span)
    {
        var random = new Random(33);
        var (published, kills) = (new int[Keys], 0);
        for (var start = Stopwatch.StartNew(); start.Elapsed < span || kills < 2 * Processes; kills++)
        {
            for (var count = random.Next(100, 300); count > 0; count--)
            {
                await PublishAsync(bus, random.Next(Keys), published);
            }

            var killed = random.Next(Processes);
            await working[killed].KillAsync();
            working[killed] = await BeginAsync(file);
        }

        return (published, kills);
    }

    private static async Task PublishAsync(EventBus bus, int key, int[] published)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"k{key}");
        await bus.PublishAsync(new Noted($"{name}-{published[key]}"), new PublishOptions { Key = name });
        published[key]++;
    }

    /// <summary>Gives every dead letter back, again and again; says how many.</summary>
    private static async Task<int> RedriveAsync(EventBus bus, CancellationToken end)
    {
        var redriven = 0;
        while (!end.IsCancellationRequested)
        {
            redriven += await bus.DeadLetters.RedriveAsync(DeadLetterFilter.All, CancellationToken.None);
            await Task.Delay(50, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return redriven;
    }

    private async Task<VictimProcess> BeginAsync(string file)
    {
        var victim = new VictimProcess("keys", file);
        lock (_victims)
        {
            _victims.Add(victim);
        }

        await victim.UntilAsync("ready");
        return victim;
    }

    private static KeyRunOnce RunOf(Handling handling, int process) => Of(
        handling.Text, handling.Begun, handling.Ended ?? handling.KilledAt, handling is { Ended: not null, Failed: false },
        $"by process {process}, attempt {handling.Attempt}{(handling.Ended is null ? ", killed" : "")}");

    private static KeyRunOnce Of(string text, long begun, long ended, bool isCompleted, string by = "")
    {
        var parts = text.Split('-');
        return new KeyRunOnce(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), begun, ended, isCompleted, by);
    }
}
