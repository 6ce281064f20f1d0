using Aldis.Events;
using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>The tools for the file: on files in use, at rest, and damaged.</summary>
public sealed class CareTests : IDisposable
{
    private const int PageSize = 4096;

    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("events.db");

    private string Target => _folder.File("target.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_in_use_is_sound_and_counted()
    {
        await using var transport = await MakeAsync(waiting: 10, held: 3, dead: 2);
        Assert.Empty(SqliteCare.Check(Database).Faults);
        var statistics = SqliteCare.ReadStatistics(Database);
        var topic = Assert.Single(statistics.Topics);
        Assert.Equal(new SqliteGroupStatistics("group", IsPrivate: false, Ahead: 10, Held: 3, Waiting: 0, Parked: 0, Dead: 2), Assert.Single(topic.Groups));
        Assert.Equal(("noted", 15L), (topic.Name, topic.Published));
        Assert.Equal((1, 0L), (statistics.Workers, statistics.Scheduled));
        Assert.True(statistics.FileBytes + statistics.LogBytes > 0);
    }

    [Fact]
    public async Task A_backup_of_a_file_in_use_is_sound_and_has_everything()
    {
        await using var transport = await MakeAsync(waiting: 100, held: 3, dead: 1);
        SqliteCare.BackUp(Database, Target);
        Assert.True(SqliteCare.Check(Target).IsSound);
        Assert.Equal(StoredEvents.Ids(Database), StoredEvents.Ids(Target));
        Assert.Equal("ALD2011", Assert.Throws<AldisException>(() => SqliteCare.BackUp(Database, Target)).Code);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*-part*"));
    }

    [Fact]
    public async Task Compacting_gives_room_back_while_the_file_is_in_use()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(Database));
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => bus.PublishAsync(new Noted(new string('x', 1000))).AsTask()));
        Databases.Execute(Database, "DELETE FROM aldis_event; PRAGMA wal_checkpoint");
        var before = new FileInfo(Database).Length;
        SqliteCare.Compact(Database);
        Assert.InRange(new FileInfo(Database).Length, 1, before / 4);
        await bus.PublishAsync(new Noted("after"));
        Assert.Single(StoredEvents.Ids(Database));
    }

    [Theory]
    [InlineData("DELETE FROM aldis_event WHERE position & 7 = 7", "events are missing")]
    [InlineData("UPDATE aldis_group SET cursor = 1000000", "stands at")]
    [InlineData("DELETE FROM aldis_worker", "a worker that is not there")]
    [InlineData("DELETE FROM aldis_group", "a group that is not there")]
    [InlineData("UPDATE aldis_claim SET settled = x'00000000'", "which it cannot")]
    [InlineData("INSERT INTO aldis_claim (grp, worker, first, last, settled) SELECT grp, worker, first, last, settled FROM aldis_claim", "hold the same events")]
    [InlineData("UPDATE aldis_delivery SET state = 9", "which is none")]
    [InlineData("UPDATE aldis_event SET id = x'00'", "Its id has 1 bytes")]
    [InlineData("UPDATE aldis_event SET body = zeroblob(3)", "is not what was stored")]
    public async Task What_must_not_be_is_found(string damage, string fault)
    {
        await using (await MakeAsync(waiting: 10, held: 3, dead: 1))
        {
            SqliteCare.BackUp(Database, Target);
        }

        Databases.Execute(Target, damage);
        Assert.Contains(SqliteCare.Check(Target).Faults, found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_of_something_else_is_refused()
    {
        await File.WriteAllTextAsync(Database, "Dear reader, this is no database at all.");
        Assert.Equal("ALD2001", Assert.ThrowsAny<AldisException>(() => SqliteCare.Check(Database)).Code);
        Databases.Execute(Target, "CREATE TABLE other (one)");
        Assert.Equal("ALD2001", Assert.ThrowsAny<AldisException>(() => SqliteCare.ReadStatistics(Target)).Code);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_by_its_name_and_not_made()
    {
        Assert.All([() => SqliteCare.Check(Database), () => SqliteCare.ReadStatistics(Database), () => SqliteCare.Salvage(Database, Target)], (Func<object> look) =>
            Assert.Contains($"There is no file {Database}", Assert.Throws<AldisException>(look).Message, StringComparison.Ordinal));
        Assert.All([() => SqliteCare.Compact(Database), () => SqliteCare.BackUp(Database, Target)], (Action work) =>
            Assert.Contains($"There is no file {Database}", Assert.Throws<AldisException>(work).Message, StringComparison.Ordinal));
        Assert.False(File.Exists(Database) || File.Exists(Target));
    }

    [Fact]
    public async Task A_backup_makes_its_folder()
    {
        await using (await LeaseTests.OpenAsync(Database))
        {
        }

        SqliteCare.BackUp(Database, _folder.File("backup/today/events.db"));
        Assert.True(SqliteCare.Check(_folder.File("backup/today/events.db")).IsSound);
    }

    /// <summary>It is sound; only its tables are others.</summary>
    [Fact]
    public async Task A_file_of_an_earlier_version_is_said_to_be_one()
    {
        FirstSchema.Make(Database);
        Assert.All([() => SqliteCare.Check(Database), () => SqliteCare.ReadStatistics(Database)], (Func<object> look) =>
        {
            var error = Assert.Throws<AldisException>(look);
            Assert.Equal("ALD2008", error.Code);
            Assert.Contains("earlier version", error.Message, StringComparison.Ordinal);
        });
        SqliteCare.BackUp(Database, Target);
        await using (await LeaseTests.OpenAsync(Database))
        {
        }

        Assert.Empty(SqliteCare.Check(Database).Faults);
    }

    /// <summary>A sound file loses nothing on the way: what is waiting, held, and dead is there, and the first bus handles the first two.</summary>
    [Fact]
    public async Task Salvage_of_a_sound_file_saves_everything()
    {
        await using (await MakeAsync(waiting: 10, held: 3, dead: 2))
        {
            SqliteCare.BackUp(Database, _folder.File("copy.db"));
        }

        Assert.Equal(new SqliteSalvage(Topics: 1, Groups: 1, Events: 10, Deliveries: 5, Scheduled: 0, Unreadable: 0, MissingEvents: 0),
            SqliteCare.Salvage(_folder.File("copy.db"), Target));
        Assert.Empty(SqliteCare.Check(Target).Faults);
        Assert.Equal(13, (await HandleAsync(Target, 13)).Count);
        Assert.Equal(2, StoredEvents.Count(Target, "SELECT count(*) FROM aldis_delivery WHERE state = 2"));
    }

    [Fact]
    public async Task Salvage_of_a_file_of_an_earlier_version_saves_everything()
    {
        FirstSchema.Make(Database);
        Assert.Equal(new SqliteSalvage(Topics: 1, Groups: 2, Events: 4, Deliveries: 3, Scheduled: 0, Unreadable: 0, MissingEvents: 0), SqliteCare.Salvage(Database, Target));
        Assert.Empty(SqliteCare.Check(Target).Faults);
        await using var transport = await LeaseTests.OpenAsync(Target);
    }

    /// <summary>Page by page: whatever one of them has become, what is on the others is saved, and a bus can go on with it.</summary>
    [Fact]
    [Trait("Failure", "F06")]
    public async Task Salvage_saves_what_is_on_the_pages_that_are_not_damaged()
    {
        const int events = 400;
        await using (await MakeAsync(waiting: events, held: 3, dead: 1))
        {
            SqliteCare.BackUp(Database, _folder.File("copy.db"));
        }

        var sound = await File.ReadAllBytesAsync(_folder.File("copy.db"));
        var (unnoticed, least, few, beyond, random) = (0, (long)events, 0, 0, new Random(6));
        var pages = sound.Length / PageSize;
        for (var page = 0; page < pages; page += Figures.Size(everyday: 3, full: 1))
        {
            var file = _folder.File($"damaged-{page}.db");
            var bytes = sound.ToArray();
            random.NextBytes(bytes.AsSpan(page * PageSize, PageSize));
            await File.WriteAllBytesAsync(file, bytes);
            unnoticed += IsNoticed(file) ? 0 : 1;
            var target = _folder.File($"saved-{page}.db");
            if (TrySalvage(file, target) is not { } saved)
            {
                beyond++;
                continue;
            }

            Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
            Assert.Empty(SqliteCare.Check(target).Faults);
            if (saved.Events < events / 2)
            {
                few++;
            }
            else
            {
                least = Math.Min(least, saved.Events);
            }

            await using var transport = await LeaseTests.OpenAsync(target);
        }

        Figures.Print("F06", $"pages overwritten one by one {pages}, unnoticed {unnoticed}, events saved at least {least} of {events}, fewer than half {few} times, none {beyond} times");
        Assert.InRange(least, events - 40, events);
        Assert.Equal((0, 0), (few, beyond));

        // What is free, nobody misses.
        Assert.InRange(unnoticed, 0, 2);
    }

    /// <summary>Without its header it is no database at all.</summary>
    private static bool IsNoticed(string file)
    {
        try
        {
            return !SqliteCare.Check(file).IsSound;
        }
        catch (AldisException error)
        {
            return error.Code == "ALD2001";
        }
    }

    private static SqliteSalvage? TrySalvage(string file, string target)
    {
        try
        {
            return SqliteCare.Salvage(file, target);
        }
        catch (AldisException error)
        {
            Assert.Equal("ALD2006", error.Code);
            return null;
        }
    }

    /// <summary>A file with so many events of a group that wait, are held, and are dead.</summary>
    private async Task<SqliteTransport> MakeAsync(int waiting, int held, int dead)
    {
        var transport = await LeaseTests.OpenAsync(Database);
        await using var sender = await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None);
        var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
        await sender.SendAsync(Enumerable.Range(0, held + dead).Select(number => Envelopes.Make($"{number}")).ToArray(), CancellationToken.None);
        var buffer = new Delivery[held + dead];
        Assert.Equal(buffer.Length, await receiver.ReceiveAsync(buffer, CancellationToken.None));
        await receiver.SettleAsync(buffer[..dead].Select(one => new Settlement(one, Verdict.Dead("broken"), [])).ToArray(), CancellationToken.None);
        await sender.SendAsync(Enumerable.Range(0, waiting).Select(number => Envelopes.Make($"waiting {number} {new string('x', 200)}")).ToArray(), CancellationToken.None);
        return transport;
    }

    private static async Task<HashSet<EventId>> HandleAsync(string file, int count)
    {
        var handled = new HashSet<EventId>();
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("group", (_, context) =>
        {
            lock (handled)
            {
                handled.Add(context.Id);
            }

            return ValueTask.CompletedTask;
        }));
        await Until.TrueAsync(() =>
        {
            lock (handled)
            {
                return handled.Count >= count;
            }
        });
        return handled;
    }
}
