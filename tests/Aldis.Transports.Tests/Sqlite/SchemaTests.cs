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
}
