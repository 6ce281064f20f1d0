using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>What a handler commits in its own transaction, together with the inbox, has its effect once, whenever the process dies.</summary>
[Trait("Failure", "F31")]
public sealed class F31_OwnTransactionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("shop.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_process_that_dies_between_its_commit_and_the_acknowledgement_leaves_no_second_effect()
    {
        await PrepareAsync(["stay"]);
        using (var victim = new VictimProcess("enter", File))
        {
            await victim.UntilAsync("committed stay");
            await victim.KillAsync();
        }

        Assert.Equal(1, StoredEvents.Count(File, "SELECT count(*) FROM aldis_event"));
        using var next = new VictimProcess("enter", File);
        await Until.TrueAsync(() => Left() == 0);
        await next.KillAsync();
        Assert.DoesNotContain(next.Said, line => line.StartsWith("committed", StringComparison.Ordinal));
        Assert.Equal(1, StoredEvents.Count(File, "SELECT count(*) FROM effects"));
    }

    [Fact]
    public async Task Each_event_has_one_effect_though_its_handlers_are_killed_again_and_again()
    {
        var events = Figures.Size(everyday: 300, full: 10_000);
        var kills = Figures.Size(everyday: 4, full: 50);
        var random = new Random(31);
        await PrepareAsync(Enumerable.Range(0, events).Select(number => $"{number}"));
        var killed = 0;
        while (killed < kills)
        {
            using var victim = new VictimProcess("enter", File);
            await victim.UntilAsync("ready");
            for (var committed = random.Next(1, Math.Max(2, events / kills)); committed > 0 && Left() > 0; committed--)
            {
                await victim.UntilAsync("committed");
            }

            await victim.KillAsync();
            killed++;
        }

        // However slow the disk is: as long as it goes on.
        using var last = new VictimProcess("enter", File);
        while (Left() is > 0 and var left)
        {
            await Until.TrueAsync(() => Left() < left);
        }

        await last.KillAsync();
        var (effects, different) = (StoredEvents.Count(File, "SELECT count(*) FROM effects"), StoredEvents.Count(File, "SELECT count(DISTINCT text) FROM effects"));
        Figures.Print("F31", $"own transactions: events {events}, kills {killed}, effects {effects}, of different events {different}");
        Assert.Equal((events, events), (effects, different));
        Assert.Equal("ok", StoredEvents.Integrity(File));
    }

    /// <summary>What was not handed out yet, and what was and is not settled.</summary>
    private long Left() => StoredEvents.Count(File, """
        SELECT (SELECT count(*) FROM aldis_claim) + (SELECT count(*) FROM aldis_delivery) + coalesce((SELECT last - cursor FROM aldis_group JOIN aldis_topic ON topic = aldis_topic.id), 1)
        """);

    private async Task PrepareAsync(IEnumerable<string> texts)
    {
        Databases.Execute(File, "CREATE TABLE effects (text TEXT)");
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions { Path = File, ShareFile = true }).AddEvent<Noted>());
        await Task.WhenAll(texts.Select(text => bus.PublishAsync(new Noted(text)).AsTask()));
    }
}
