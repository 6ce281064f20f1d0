using System.Diagnostics;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F32")]
public sealed class F32_StoppedConsumerTests
{
    /// <summary>Of the victim.</summary>
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_consumer_that_was_stopped_beyond_its_lease_cannot_settle_what_others_have_taken_over()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        await RunAsync("sqlite", file, bus => bus.UseSqlite(file));
    }

    [Fact]
    public async Task Nor_can_one_on_PostgreSQL()
    {
        await using var database = await TemporaryDatabase.MakeAsync();
        await RunAsync("postgresql", database.Uri, bus => bus.UsePostgreSql(database.Uri));
    }

    private static async Task RunAsync(string name, string place, Func<EventBusBuilder, EventBusBuilder> use)
    {
        var rounds = Figures.Size(everyday: 1, full: 20);
        var refused = 0;
        for (var round = 0; round < rounds; round++)
        {
            await using var publisher = await EventBus.StartAsync(bus => use(bus));
            var sent = await publisher.PublishAsync(new Noted("once"));
            using var victim = new VictimProcess("hold", place);
            Assert.Equal($"holding {sent.Id}", await victim.UntilAsync("holding"));
            victim.Freeze();
            var stopped = Stopwatch.StartNew();

            var handled = new TaskCompletionSource<int>();
            await using (await EventBus.StartAsync(bus => use(bus).Subscribe<Noted>("readers", (_, context) =>
            {
                handled.TrySetResult(context.Attempt);
                return ValueTask.CompletedTask;
            })))
            {
                Assert.Equal(2, await handled.Task.WaitAsync(TimeSpan.FromSeconds(20)));
            }

            await Until.TrueAsync(() => stopped.Elapsed > 3 * _lease);
            victim.Thaw();
            await victim.SayAsync("settle");
            refused += await victim.UntilAsync("refused") == "refused 1" ? 1 : 0;
        }

        Figures.Print("F32", $"{name}: stops {rounds} for 3 leases, late settlements refused {refused} of {rounds}");
        Assert.Equal(rounds, refused);
    }
}
