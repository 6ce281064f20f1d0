using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Several processes, and several buses of one process, on one file.</summary>
public sealed class SharedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
