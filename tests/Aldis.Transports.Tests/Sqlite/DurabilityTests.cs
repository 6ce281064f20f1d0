using Aldis.Transports.Tests.Failures;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>How the file is written: what a power cut must not take is synchronised, and what is done is deleted.</summary>
public sealed class DurabilityTests : IDisposable
{
    private const int Publishes = 200;
    private const int Backlog = 5000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_file_is_in_WAL_mode()
    {
        var file = _folder.File("events.db");
        await using (await EventBus.StartAsync(bus => bus.UseSqlite(file)))
        {
        }

        // Read when nobody has it open: closing the file would end the locks that this process has on it.
        var header = (await File.ReadAllBytesAsync(file))[..20];

        // Bytes 18 and 19 of the file's header: 2 means write-ahead log (https://sqlite.org/fileformat.html).
        Assert.Equal([2, 2], header[18..20]);
    }

    [Theory]
    [InlineData(SqliteDurability.Durable, Durability.Stored)]
    [InlineData(SqliteDurability.Relaxed, Durability.Written)]
    public async Task A_publish_says_what_it_survives(SqliteDurability durability, Durability level)
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions { Path = _folder.File("events.db"), Durability = durability }));
        Assert.Equal(level, (await bus.PublishAsync(new Noted("one"))).Level);
    }

    [Fact]
    public async Task Only_the_relaxed_level_does_not_wait_for_the_disk()
    {
        var durable = await SyncsAsync(SqliteDurability.Durable);
        Assert.True(durable >= Publishes, $"{durable} times for {Publishes} publishes");
        Assert.InRange(await SyncsAsync(SqliteDurability.Relaxed), 1, Publishes / 5);
    }

    [Fact]
    public async Task What_is_done_is_kept_for_as_long_as_the_options_say()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var file = _folder.File("events.db");
        using var handled = new CountdownEvent(50);
        await using var bus = await EventBus.StartAsync(bus =>
        {
            bus.Time = time;
            bus.UseSqlite(new SqliteOptions { Path = file, KeepDone = TimeSpan.FromHours(1) }).Subscribe<Noted>("group", (_, _) =>
            {
                handled.Signal();
                return ValueTask.CompletedTask;
            });
        });
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => bus.PublishAsync(new Noted($"{number}")).AsTask()));
        Assert.True(handled.Wait(TimeSpan.FromSeconds(30)));
        await Until.TrueAsync(() => StoredEvents.Count(file, "SELECT count(*) FROM aldis_claim") == 0);
        await AdvanceAsync(TimeSpan.FromMinutes(59), time);
        Assert.Equal(50, StoredEvents.Ids(file).Count);
        await AdvanceAsync(TimeSpan.FromMinutes(2), time);
        await Until.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return StoredEvents.Ids(file).Count == 0;
        });
    }

    [Fact]
    public async Task The_file_gives_room_back_that_stays_free()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var file = _folder.File("events.db");
        using var handled = new CountdownEvent(Backlog);
        await using (var filling = await EventBus.StartAsync(bus => bus.UseSqlite(file)))
        {
            await Task.WhenAll(Enumerable.Range(0, Backlog).Select(number => filling.PublishAsync(new Noted(new string('x', 1000))).AsTask()));
        }

        var full = new FileInfo(file).Length;
        await using var bus = await EventBus.StartAsync(bus =>
        {
            bus.Time = time;
            bus.UseSqlite(file).Subscribe<Noted>("group", (_, _) =>
            {
                handled.Signal();
                return ValueTask.CompletedTask;
            });
        });
        Assert.True(handled.Wait(TimeSpan.FromSeconds(60)));
        await Until.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return new FileInfo(file).Length < full / 3;
        });
        await bus.PublishAsync(new Noted("after"));
    }

    [Fact]
    public async Task A_file_that_cannot_shrink_works_as_well()
    {
        var file = _folder.File("events.db");
        Databases.Execute(file, "PRAGMA auto_vacuum = NONE; CREATE TABLE other (one); DROP TABLE other");
        await using (var bus = await EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions { Path = file, ShareFile = true })))
        {
            await bus.PublishAsync(new Noted("one"));
        }

        Assert.Equal(0, StoredEvents.Count(file, "PRAGMA auto_vacuum"));
        SqliteCare.Compact(file);
        Assert.Equal(2, StoredEvents.Count(file, "PRAGMA auto_vacuum"));
        Assert.Single(StoredEvents.Ids(file));
    }

    [Fact]
    public async Task Publishers_at_the_same_time_share_commits()
    {
        var file = _folder.File("events.db");
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file));
        var before = new FileInfo(file + "-wal").Length;
        await Task.WhenAll(Enumerable.Range(0, 500).Select(number => bus.PublishAsync(new Noted($"{number}")).AsTask()));

        // Alone, each publish would write at least three pages of 4 KiB with their frame headers.
        var perEvent = (new FileInfo(file + "-wal").Length - before) / 500;
        Assert.InRange(perEvent, 0, 3 * 4096 / 2);
    }

    [Fact]
    public async Task What_every_group_has_seen_is_deleted()
    {
        var file = _folder.File("events.db");
        var handled = new CountdownEvent(2 * 1000);
        await using (var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("left", Handle).Subscribe<Noted>("right", Handle)))
        {
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => bus.PublishAsync(new Noted($"{number}")).AsTask()));
            Assert.True(handled.Wait(TimeSpan.FromSeconds(30)));
        }

        Assert.Equal(0, StoredEvents.Count(file, "SELECT (SELECT count(*) FROM aldis_event) + (SELECT count(*) FROM aldis_claim) + (SELECT count(*) FROM aldis_delivery)"));

        ValueTask Handle(Noted noted, EventContext _)
        {
            handled.Signal();
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task A_number_is_never_given_twice_even_when_the_topic_was_empty_meanwhile()
    {
        var file = _folder.File("events.db");
        for (var round = 1; round <= 3; round++)
        {
            var handled = new TaskCompletionSource();
            await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("group", (_, _) =>
            {
                handled.TrySetResult();
                return ValueTask.CompletedTask;
            }));
            await bus.PublishAsync(new Noted("again"));
            await handled.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(3, StoredEvents.Count(file, "SELECT last FROM aldis_topic WHERE name = 'noted'"));
    }

    [Fact]
    public async Task Two_buses_on_one_file_share_the_work_of_a_group()
    {
        var file = _folder.File("events.db");
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        EventBus[] buses = [await StartAsync(), await StartAsync()];
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => buses[number % 2].PublishAsync(new Noted($"{number}")).AsTask()));
        for (var step = 0; seen.Count < 200 && step < 400; step++)
        {
            await Task.Delay(25);
        }

        foreach (var bus in buses)
        {
            await bus.DisposeAsync();
        }

        Assert.Equal(200, seen.Count);
        Assert.Equal(200, seen.Distinct().Count());

        ValueTask<EventBus> StartAsync() => EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("group", (noted, _) =>
        {
            seen.Enqueue(noted.Text);
            return ValueTask.CompletedTask;
        }));
    }

    /// <summary>How often a process that publishes one event after another waits for the disk.</summary>
    private async Task<int> SyncsAsync(SqliteDurability durability)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed");
        var trace = _folder.File($"{durability}.trace");
        using var victim = VictimProcess.Traced(trace, "fsync,fdatasync", "paced", _folder.File($"{durability}.db"), $"{durability}", $"{Publishes}");
        await victim.EndAsync();
        return File.ReadLines(trace).Count(line => line.Contains("sync(", StringComparison.Ordinal));
    }

    private static async Task AdvanceAsync(TimeSpan span, FakeTimeProvider time)
    {
        for (var left = span; left > TimeSpan.Zero; left -= TimeSpan.FromMinutes(1))
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
    }
}
