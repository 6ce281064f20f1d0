using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F01")]
public sealed class F01_KilledPublisherTests
{
    private const int Writers = 8;
    private const int KillsPerFile = 50;

    private readonly Random _random = new(1);
    private int _acknowledged;
    private int _lost;
    private int _damaged;
    private int _mostUntold;

    /// <summary>What a publisher in the victim may have in flight: one event of each writer. A new file now and then keeps the looking short.</summary>
    [Fact]
    public async Task What_a_killed_publisher_was_told_is_stored_is_stored()
    {
        var kills = Figures.Size(everyday: 8, full: 1000);
        for (var left = kills; left > 0; left -= KillsPerFile)
        {
            await KillOnOneFileAsync(Math.Min(left, KillsPerFile));
        }

        Figures.Print("F01", $"kills {kills}, acknowledged {_acknowledged}, acknowledged-lost {_lost}, "
            + $"stored-unacknowledged-per-kill-max {_mostUntold} (bound {Writers}), damaged {_damaged}");
        Assert.True(_acknowledged >= kills, "the victims stored next to nothing: the test proves nothing");
        Assert.Equal((0, 0), (_lost, _damaged));
        Assert.InRange(_mostUntold, 0, Writers);
    }

    private async Task KillOnOneFileAsync(int kills)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        var told = new HashSet<string>();
        for (var (kill, before) = (0, 0L); kill < kills; kill++)
        {
            using var victim = new VictimProcess("publish", file, $"{Writers}");
            await victim.UntilAsync("stored");
            await Task.Delay(_random.Next(0, 150));
            told.UnionWith((await victim.KillAsync()).Where(line => line.StartsWith("stored ", StringComparison.Ordinal)).Select(line => line["stored ".Length..]));
            _damaged += StoredEvents.Integrity(file) == "ok" ? 0 : 1;
            var untold = StoredEvents.Count(file, "SELECT count(*) FROM aldis_event") - told.Count;
            _mostUntold = Math.Max(_mostUntold, (int)(untold - before));
            before = untold;
        }

        _acknowledged += told.Count;
        _lost += told.Except(StoredEvents.Ids(file)).Count();
    }
}
