using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F10")]
public sealed class F10_KilledMigrationTests
{
    private const int Newest = 5;
    private const int Groups = 100_000;

    /// <summary>There are so many groups that SQLite begins to write before the migration is through: the kill falls between that and its end, or just after.</summary>
    [Fact]
    public async Task A_file_whose_migration_was_killed_is_brought_up_to_date_by_the_next_process()
    {
        var kills = Figures.Size(everyday: 2, full: 100);
        var random = new Random(10);
        var through = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using var folder = new TemporaryFolder();
            var file = folder.File("events.db");
            FirstSchema.Make(file);
            Databases.Execute(file, $"""
                WITH RECURSIVE number(value) AS (VALUES (1) UNION ALL SELECT value + 1 FROM number WHERE value < {Groups})
                INSERT INTO aldis_group SELECT value + 100, 7, 'group' || value, 4 FROM number
                """);
            using var victim = new VictimProcess("open", file);
            await victim.UntilAsync("waiting");
            await victim.SayAsync("go");
            await Until.TrueAsync(() => new FileInfo(file + "-wal") is { Exists: true, Length: > 0 }, everyMs: 1);
            await Task.Delay(random.Next(0, 100));
            await victim.KillAsync();
            through += StoredEvents.Count(file, "SELECT version FROM aldis_schema") == Newest ? 1 : 0;

            await using (await EventBus.StartAsync(bus => bus.UseSqlite(file)))
            {
            }

            Assert.Equal(Newest, StoredEvents.Count(file, "SELECT version FROM aldis_schema"));
            Assert.Equal(Groups + 2, StoredEvents.Count(file, "SELECT count(*) FROM aldis_group WHERE worker IS NULL"));
            Assert.Equal("ok", StoredEvents.Integrity(file));
        }

        Figures.Print("F10", $"kills {kills} (inside the migration {kills - through}), opened and complete {kills}");
    }
}
