using System.Globalization;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F08")]
public sealed class F08_ManyProcessesTests
{
    private const int Processes = 4;
    private const double LeastShare = 0.1;

    /// <summary>Nobody is killed, so nothing has a reason to be handed out twice: each event is handled once, at attempt 1.</summary>
    [Fact]
    public async Task Processes_on_one_file_at_full_speed_hand_out_nothing_twice_and_starve_nobody()
    {
        var seconds = Figures.Size(everyday: 5, full: 60);
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        VictimProcess[] victims = [.. Enumerable.Range(0, Processes).Select(_ => new VictimProcess("race", file))];
        try
        {
            await Task.WhenAll(victims.Select(victim => victim.UntilAsync("ready")));
            await SayAllAsync(victims, "go");
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            await SayAllAsync(victims, "stop");
            var published = (await Task.WhenAll(victims.Select(victim => victim.UntilAsync("published")))).Select(Number).ToArray();
            await Until.TrueAsync(() => StoredEvents.Count(file, "SELECT count(*) FROM aldis_event") == 0);
            await SayAllAsync(victims, "end");
            var said = await Task.WhenAll(victims.Select(victim => victim.EndAsync()));

            string[] claims = [.. said.SelectMany(lines => lines).Where(line => line.StartsWith("claim ", StringComparison.Ordinal))];
            var faults = said.SelectMany(lines => lines).Where(line => line.StartsWith("fault ", StringComparison.Ordinal)).ToArray();
            var (twice, fairness) = (claims.Length - claims.Distinct().Count(), Processes * published.Min() / published.Sum());
            Figures.Print("F08", string.Create(CultureInfo.InvariantCulture,
                $"processes {Processes}, seconds {seconds}, events {published.Sum()}, double-claims {twice}, lost {published.Sum() - claims.Distinct().Count()}, "
                + $"locked-errors {faults.Length}, fairness {fairness:F2} (bound {LeastShare})"));
            Assert.Empty(faults);
            Assert.Equal((0, published.Sum()), (twice, (double)claims.Length));
            Assert.InRange(fairness, LeastShare, 1);
        }
        finally
        {
            Array.ForEach(victims, victim => victim.Dispose());
        }
    }

    private static Task SayAllAsync(VictimProcess[] victims, string line) => Task.WhenAll(victims.Select(victim => victim.SayAsync(line)));

    private static double Number(string line) => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
}
