using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Data.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A bus is disposed, or its process leaves, while publishes wait to be sent.</summary>
[Trait("Failure", "F12")]
public sealed class F12_BufferedPublishTests : IDisposable
{
    private const int Publishers = 1_000;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_acknowledged_before_a_dispose_is_in_the_file_and_the_rest_faults()
    {
        var rounds = Figures.Size(everyday: 5, full: 200);
        var random = new Random(12);
        var (acknowledged, faulted, lost, slowest) = (0, 0, 0, TimeSpan.Zero);
        for (var round = 0; round < rounds; round++)
        {
            var file = _folder.File($"{round}.db");
            var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).AddEvent<Noted>());
            var told = await DisposeWhilePublishingAsync(bus, TimeSpan.FromMilliseconds(random.Next(0, 30)));
            lost += told.Stored.Except(StoredEvents.Ids(file)).Count();
            (acknowledged, faulted, slowest) = (acknowledged + told.Stored.Count, faulted + told.Faulted, Longer(slowest, told.Took));
        }

        Figures.Print("F12", $"sqlite dispose: rounds {rounds}, acknowledged {acknowledged}, acknowledged-lost {lost}, faulted {faulted}, "
            + $"slowest-ms {slowest.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0})");
        Assert.Equal(0, lost);
        Assert.True(acknowledged > rounds, "there was no load");
        Assert.Equal(rounds * Publishers, faulted);
        Assert.InRange(slowest, TimeSpan.Zero, _limit);
    }

    /// <summary>There is never room in the topic: nobody takes anything out of it.</summary>
    [Fact]
    public async Task What_was_acknowledged_before_a_dispose_is_in_memory_and_the_rest_faults()
    {
        var memory = new InMemoryTransport(new InMemoryOptions { Capacity = 700 }, TimeProvider.System);
        await using (await memory.OpenReceiverAsync(new ReceiverSpec(Events.TopicName.Parse("noted"), Events.GroupName.Parse("readers"), 1), CancellationToken.None))
        {
        }

        var bus = await EventBus.StartAsync(bus => bus.UseTransport(_ => memory).AddEvent<Noted>());
        var told = await DisposeWhilePublishingAsync(bus, TimeSpan.FromMilliseconds(50));

        var handled = new ConcurrentBag<string>();
        await using var next = await EventBus.StartAsync(bus => bus.UseTransport(_ => memory).Subscribe<Noted>("readers", (_, context) =>
        {
            handled.Add(context.Id.ToString());
            return ValueTask.CompletedTask;
        }));
        await Until.TrueAsync(() => handled.Count >= told.Stored.Count);
        var lost = told.Stored.Except(handled).Count();
        Figures.Print("F12", $"memory dispose, full: acknowledged {told.Stored.Count}, acknowledged-lost {lost}, faulted {told.Faulted}, "
            + $"slowest-ms {told.Took.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0})");
        Assert.Equal((0, Publishers), (lost, told.Faulted));
        Assert.InRange(told.Took, TimeSpan.Zero, _limit);
    }

    /// <summary>The file stays locked by another program for longer than the callers may wait; the bus then closes it as soon as it can.</summary>
    [Fact]
    public async Task Publishers_are_told_in_time_while_another_program_has_the_file()
    {
        var file = _folder.File("locked.db");
        var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).AddEvent<Noted>());
        await bus.PublishAsync(new Noted("first"));
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        Execute(connection, "BEGIN IMMEDIATE");
        var publishing = Enumerable.Range(0, Publishers).Select(number => bus.PublishAsync(new Noted($"{number}")).AsTask()).ToArray();
        var start = Stopwatch.GetTimestamp();
        var stopped = bus.DisposeAsync().AsTask();
        await Task.WhenAll(publishing).WaitAsync(TimeSpan.FromSeconds(20)).ContinueWith(static _ => { }, TaskScheduler.Default);
        var took = Stopwatch.GetElapsedTime(start);
        Assert.All(publishing, one => Assert.IsType<PublishException>(Assert.Single(one.Exception!.InnerExceptions)));
        var unknown = publishing.Count(one => ((PublishException)one.Exception!.InnerException!).MayBeStored);
        Execute(connection, "ROLLBACK");
        await stopped.WaitAsync(TimeSpan.FromSeconds(20));
        Figures.Print("F12", $"sqlite dispose, file locked: rejected {Publishers - unknown}, unknown {unknown}, slowest-ms {took.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0})");
        Assert.InRange(took, TimeSpan.Zero, _limit);
        Assert.InRange(unknown, 1, 512);
    }

    [Fact]
    public async Task What_was_acknowledged_before_the_process_left_is_in_the_file()
    {
        var exits = Figures.Size(everyday: 2, full: 100);
        var (acknowledged, lost, slowest) = (0, 0, TimeSpan.Zero);
        var file = _folder.File("left.db");
        for (var exit = 0; exit < exits; exit++)
        {
            using var victim = new VictimProcess("leave", file);
            var first = new List<string>();
            while (first.Count < 300)
            {
                first.Add(await victim.UntilAsync("stored"));
            }

            var start = Stopwatch.GetTimestamp();
            await victim.SayAsync("leave");
            var said = first.Concat(await victim.EndAsync());
            slowest = Longer(slowest, Stopwatch.GetElapsedTime(start));
            var stored = said.Where(line => line.StartsWith("stored ", StringComparison.Ordinal)).Select(line => line["stored ".Length..]).ToArray();
            acknowledged += stored.Length;
            lost += stored.Except(StoredEvents.Ids(file)).Count();
        }

        Figures.Print("F12", $"sqlite exit: exits {exits}, acknowledged {acknowledged}, acknowledged-lost {lost}, "
            + $"slowest-ms {slowest.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0})");
        Assert.Equal(0, lost);
        Assert.InRange(slowest, TimeSpan.Zero, _limit);
    }

    /// <returns>The ids that were acknowledged, how many publishers were refused in the end, and how long the last one took from the dispose on.</returns>
    private static async Task<(List<string> Stored, int Faulted, TimeSpan Took)> DisposeWhilePublishingAsync(EventBus bus, TimeSpan head)
    {
        var (stored, faulted) = (new ConcurrentBag<string>(), 0);
        var publishing = Enumerable.Range(0, Publishers).Select(async number =>
        {
            try
            {
                while (true)
                {
                    stored.Add((await bus.PublishAsync(new Noted($"{number}"))).Id.ToString());
                }
            }
            catch (AldisException)
            {
                Interlocked.Increment(ref faulted);
            }
        }).ToArray();
        await Task.Delay(head);
        var start = Stopwatch.GetTimestamp();
        await bus.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        await Task.WhenAll(publishing).WaitAsync(TimeSpan.FromSeconds(30));
        return ([.. stored], faulted, Stopwatch.GetElapsedTime(start));
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
