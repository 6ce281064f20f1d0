using System.Diagnostics;
using System.Globalization;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Data.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F09")]
public sealed class F09_StuckReaderTests
{
    private const long LogLimit = 2 << 20;
    private const int Publishers = 8;

    /// <summary>The log must not grow for as long as the reader stays: at its limit, publishers are told so. When the reader goes, all goes on.</summary>
    [Fact]
    public async Task A_reader_that_does_not_end_makes_neither_the_log_nor_the_file_grow_without_bound()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        var (handled, stored, refused, log, isStuck) = (0, 0, 0, 0L, true);
        var options = new SqliteOptions { Path = file, LogLimit = LogLimit };
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(options).AddEvent<Kept>().Subscribe<Noted>("group", (_, _) =>
        {
            Interlocked.Increment(ref handled);
            return ValueTask.CompletedTask;
        }));
        // Something that stays in the file, so that the room that is kept free in any case is a small part of it.
        for (var number = 0; number < 400; number++)
        {
            await bus.PublishAsync(new Kept(new string('x', 20_000)));
        }

        await PublishAsync(500);
        await Until.TrueAsync(() => handled == 500);
        Databases.Execute(file, "PRAGMA wal_checkpoint");
        var start = new FileInfo(file).Length;

        using (Read(file))
        {
            var span = TimeSpan.FromSeconds(Figures.Size(everyday: 5, full: 600));
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async _ =>
            {
                await Task.Yield();
                while (watch.Elapsed < span)
                {
                    await PublishAsync(10);
                    log = Math.Max(log, new FileInfo(file + "-wal").Length);
                }
            }));
            Assert.True(refused > 0, "the log never came to its limit: the test proves nothing");
            Assert.Equal("ALD2009", await RefusedAsync());
        }

        isStuck = false;
        await Until.TrueAsync(() => bus.Troubles.Count == 0);
        await PublishAsync(10);
        await Until.TrueAsync(() => handled == stored && StoredEvents.Count(file, "SELECT count(*) FROM aldis_event") == 400);

        // Room that stays free is given back after a while.
        await Until.TrueAsync(() => new FileInfo(file).Length <= 1.2 * start);
        Figures.Print("F09", string.Create(CultureInfo.InvariantCulture,
            $"stored {stored}, refused {refused}, log-limits {(double)log / LogLimit:F2} (bound 2), lost {stored - handled}, file-after-drain {(double)new FileInfo(file).Length / start:F2} of its start (bound 1.2)"));
        Assert.InRange(log, 0, 2 * LogLimit);

        async Task PublishAsync(int count)
        {
            for (var number = 0; number < count; number++)
            {
                try
                {
                    await bus.PublishAsync(new Noted(new string('x', 500)));
                    Interlocked.Increment(ref stored);
                }
                catch (PublishException error) when (isStuck && !error.MayBeStored)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }

        async Task<string> RefusedAsync()
        {
            var error = await Assert.ThrowsAsync<PublishException>(async () => await bus.PublishAsync(new Noted("refused")));
            return error.Message.Contains("ALD2009", StringComparison.Ordinal) ? "ALD2009" : error.Message;
        }
    }

    /// <summary>Begins to read, and does not come to an end.</summary>
    private static SqliteConnection Read(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN; SELECT count(*) FROM aldis_event";
        command.ExecuteScalar();
        return connection;
    }

    /// <summary>An event that no group handles.</summary>
    [Event("kept")]
    private sealed record Kept(string Text);
}
