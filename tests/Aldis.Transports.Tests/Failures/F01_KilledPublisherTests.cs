using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F01")]
public sealed class F01_KilledPublisherTests
{
    private const int Writers = 8;

    /// <summary>What a publisher in the victim may have in flight: one event of each writer.</summary>
    [Fact]
    public async Task What_a_killed_publisher_was_told_is_stored_is_stored()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        var kills = Figures.Size(everyday: 8, full: 1000);
        var random = new Random(1);
        var told = new HashSet<string>();
        var (damaged, mostUntold, before) = (0, 0, 0);
        for (var kill = 0; kill < kills; kill++)
        {
            using var victim = new VictimProcess("publish", file, $"{Writers}");
            await victim.UntilAsync("stored");
            await Task.Delay(random.Next(0, 150));
            told.UnionWith((await victim.KillAsync()).Where(line => line.StartsWith("stored ", StringComparison.Ordinal)).Select(line => line["stored ".Length..]));
            damaged += StoredEvents.Integrity(file) == "ok" ? 0 : 1;
            var stored = StoredEvents.Ids(file).Count;
            mostUntold = Math.Max(mostUntold, stored - told.Count - before);
            before = stored - told.Count;
        }

        var lost = told.Except(StoredEvents.Ids(file)).Count();
        Figures.Print("F01", $"kills {kills}, acknowledged {told.Count}, acknowledged-lost {lost}, stored-unacknowledged-per-kill-max {mostUntold} (bound {Writers}), damaged {damaged}");
        Assert.True(told.Count >= kills, "the victims stored next to nothing: the test proves nothing");
        Assert.Equal((0, 0), (lost, damaged));
        Assert.InRange(mostUntold, 0, Writers);
    }
}
