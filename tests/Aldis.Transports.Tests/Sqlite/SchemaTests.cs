using System.Collections.Concurrent;
using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>A file of an earlier version is brought up to date when it is opened, and nothing in it is lost.</summary>
public sealed class SchemaTests : IDisposable
{
    private const int Processes = 4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_groups_of_an_earlier_file_waited_for_held_and_gave_up_is_still_theirs()
    {
        var file = _folder.File("events.db");
        FirstSchema.Make(file);
        var handled = new ConcurrentQueue<string>();
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file)
            .Subscribe<Noted>("behind", Handle).Subscribe<Noted>("ahead", Handle).Subscribe<Noted>(Group.EachInstance, Handle));
        await bus.PublishAsync(new Noted("five"));
        await Until.TrueAsync(() => handled.Count >= 10);
        Assert.Equal(
            ["ahead five 1", "ahead four 1", "ahead one 2", "ahead two 2", "behind five 1", "behind four 1", "behind one 1", "behind three 1", "behind two 1",
                "each-instance.* five 1"],
            handled.Order(StringComparer.Ordinal));
        var letter = Assert.Single(await bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToListAsync());
        Assert.Equal(("ahead", "no use"), (letter.Group.Value, letter.Reason));
        Assert.Equal("ok", StoredEvents.Integrity(file));

        ValueTask Handle(Noted noted, EventContext context)
        {
            handled.Enqueue($"{context.Group} {noted.Text} {context.Attempt}");
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task Processes_that_start_at_once_on_an_earlier_file_all_work()
    {
        var file = _folder.File("events.db");
        FirstSchema.Make(file);
        VictimProcess[] victims = [.. Enumerable.Range(0, Processes).Select(_ => new VictimProcess("open", file))];
        await Task.WhenAll(victims.Select(victim => victim.UntilAsync("waiting")));
        await Task.WhenAll(victims.Select(victim => victim.SayAsync("go")));
        var said = await Task.WhenAll(victims.Select(victim => victim.EndAsync()));
        Assert.All(said, lines => Assert.Equal("opened", lines[^1]));
        Assert.Equal(4 + Processes, StoredEvents.Count(file, "SELECT count(*) FROM aldis_event"));
        Assert.Equal("ok", StoredEvents.Integrity(file));
        Array.ForEach(victims, victim => victim.Dispose());
    }

    /// <summary>Without them a claim would look at all that waits, and a dead letter would be looked for among all of them.</summary>
    [Theory]
    [InlineData("grp = 1 AND state = 0 AND due <= 2 AND lost > 0 ORDER BY due, number", "aldis_delivery_suspect")]
    [InlineData("state IN (2, 4) AND id = x'00' AND (due, row) > (1, 2) ORDER BY due, row LIMIT 100", "aldis_delivery_dead_id")]
    public async Task A_file_of_any_earlier_version_gets_the_indexes_of_a_new_one(string condition, string index)
    {
        var (added, first, fourth) = (_folder.File("new.db"), _folder.File("first.db"), _folder.File("fourth.db"));
        FirstSchema.Make(first);
        await OpenAsync(added);
        await OpenAsync(fourth);
        Databases.Execute(fourth, "DROP INDEX aldis_delivery_suspect; DROP INDEX aldis_delivery_dead_id; UPDATE aldis_schema SET version = 4");
        foreach (var file in new[] { first, fourth })
        {
            await OpenAsync(file);
            Assert.Equal(5, StoredEvents.Count(file, "SELECT version FROM aldis_schema"));
            Assert.Equal(Indexes(added), Indexes(file));
            Assert.Contains($"USING INDEX {index} ", Plan(file, $"SELECT row, body FROM aldis_delivery WHERE {condition}"), StringComparison.Ordinal);
        }
    }

    private static List<object> Indexes(string file) => StoredEvents.Query(file, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name");

    private static string Plan(string file, string sql)
    {
        using var connection = Databases.Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return reader.GetString(3);
    }

    private static async Task OpenAsync(string file)
    {
        await using var transport = await LeaseTests.OpenAsync(file);
    }
}
