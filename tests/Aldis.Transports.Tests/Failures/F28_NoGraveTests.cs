using System.Globalization;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>The place for dead letters is away.</summary>
[Trait("Failure", "F28")]
public sealed class F28_NoGraveTests
{
    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task An_event_that_cannot_be_buried_is_kept_and_tried_again_with_patience(string transport)
    {
        using var folder = new TemporaryFolder();
        var seconds = Figures.Size(everyday: 3, full: 60);
        using var victim = new VictimProcess("bury", transport == "memory" ? "memory" : folder.File("events.db"), $"{seconds}");
        var said = (await victim.EndAsync(seconds + 60)).ToLookup(line => line.Split(' ')[0], line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var tried = said["tried"].Select(Number).ToArray();
        var shortest = tried.Skip(1).Zip(tried, (later, earlier) => later - earlier).Min();
        var cpu = Number(said["cpu"].Single());
        Figures.Print("F28", $"{transport}: seconds {seconds}, tries {tried.Length}, shortest-wait-s {shortest.ToString("F2", CultureInfo.InvariantCulture)} (bound 1), "
            + $"cpu-percent {cpu.ToString("F2", CultureInfo.InvariantCulture)} (bound 5), buried-afterwards {said["buried"].Single()} of 1, others-handled {said["handled"].Single()} of 100");
        Assert.True(tried.Length > 2, "it was not tried again");
        Assert.InRange(shortest, 0.99, double.MaxValue);
        Assert.InRange(cpu, 0, 5);
        Assert.Equal(("1", "100", "ALD1406"), (said["buried"].Single(), said["handled"].Single(), said["trouble"].Single()));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
