using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Several processes, and several buses of one process, on one file.</summary>
public sealed class SharedFileTests : IDisposable
{
    private const int Processes = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Processes_that_start_at_once_on_a_new_file_all_work()
    {
        for (var round = 0; round < Figures.Size(everyday: 2, full: 50); round++)
        {
            var file = _folder.File($"{round}/events.db");
            VictimProcess[] victims = [.. Enumerable.Range(0, Processes).Select(_ => new VictimProcess("open", file))];
            await Task.WhenAll(victims.Select(victim => victim.UntilAsync("waiting")));
            await Task.WhenAll(victims.Select(victim => victim.SayAsync("go")));
            var said = await Task.WhenAll(victims.Select(victim => victim.EndAsync()));
            Assert.All(said, lines => Assert.Equal("opened", lines[^1]));
            Assert.Equal(Processes, StoredEvents.Ids(file).Count);
            Assert.Equal("ok", StoredEvents.Integrity(file));
            Array.ForEach(victims, victim => victim.Dispose());
        }
    }

    /// <summary>
    /// A process that closes any handle on a file loses all its POSIX locks on it (https://sqlite.org/howtocorrupt.html, 2.2). Then an older
    /// SQLite in another process believes to be alone with the file and deletes the log: what the first bus publishes from then on is lost.
    /// </summary>
    [Fact]
    public async Task A_second_bus_of_a_process_does_not_take_away_the_locks_of_the_first()
    {
        var file = _folder.File("events.db");
        await using var first = await EventBus.StartAsync(bus => bus.UseSqlite(file));
        await using (await EventBus.StartAsync(bus => bus.UseSqlite(file)))
        {
        }

        using var other = new VictimProcess("exclude", file);
        Assert.Equal(["shared"], await other.EndAsync());
    }
}
