using System.Diagnostics;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>Processes that share the work of several groups on one file, fail at random, and are killed at random.</summary>
public sealed class SharedWorkTests : IDisposable
{
    private const int Processes = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly List<VictimProcess> _victims = [];

    public void Dispose()
    {
        _victims.ForEach(victim => victim.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Nothing_is_lost_and_nothing_is_handled_by_two_at_once_while_processes_are_killed()
    {
        var file = _folder.File("events.db");
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file));
        var working = await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => BeginAsync(file)));
        var published = await PublishAndKillAsync(bus, file, working, TimeSpan.FromSeconds(Figures.Size(everyday: 8, full: 120)));
        await Until.TrueAsync(() => StoredEvents.Count(file, "SELECT (SELECT count(*) FROM aldis_claim) + (SELECT count(*) FROM aldis_delivery)") == 0
            && StoredEvents.Count(file, "SELECT sum(cursor = last) FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic") == 3);
        await Task.WhenAll(working.Select(victim => victim.KillAsync()));
        Handling[] handlings = [.. _victims.SelectMany(Handling.Of)];
        Assert.True(handlings.Length > 3 * published.Count, "next to nothing happened: the test proves nothing");
        Judge(published, handlings);
        Assert.Equal("ok", StoredEvents.Integrity(file));
    }

    private static void Judge(IReadOnlyCollection<string> published, Handling[] handlings)
    {
        foreach (var group in new[] { "first", "second", "third" })
        {
            var handled = handlings.Where(handling => handling.Group == group && handling is { Ended: not null, Failed: false }).Select(handling => handling.Text);
            Assert.Empty(published.Except(handled));
        }

        var wrong = handlings.GroupBy(handling => (handling.Group, handling.Id))
            .SelectMany(same => same.OrderBy(handling => handling.Begun).ToArray() is var all ? all.Zip(all.Skip(1), (one, next) => one.WrongNext(next)) : []);
        Assert.Empty(wrong.OfType<string>());

        // What a handler publishes is stored with its verdict, so once, however often the event was handled.
        var followed = handlings.Where(handling => handling.Group == "third").Select(handling => (handling.Text, handling.Id)).Distinct();
        Assert.Equal(published.Order(StringComparer.Ordinal), followed.Select(follower => follower.Text).Order(StringComparer.Ordinal));
    }

    private async Task<List<string>> PublishAndKillAsync(EventBus bus, string file, VictimProcess[] working, TimeSpan span)
    {
        var random = new Random(3);
        var published = new List<string>();
        for (var start = Stopwatch.StartNew(); start.Elapsed < span || _victims.Count <= 2 * Processes;)
        {
            string[] texts = [.. Enumerable.Range(published.Count, random.Next(50, 150)).Select(number => $"{number}")];
            published.AddRange(texts);
            await Task.WhenAll(texts.Select(text => bus.PublishAsync(new Noted(text)).AsTask()));
            await Task.Delay(random.Next(50));
            var killed = random.Next(Processes);
            await working[killed].KillAsync();
            working[killed] = await BeginAsync(file);
        }

        return published;
    }

    private async Task<VictimProcess> BeginAsync(string file)
    {
        var victim = new VictimProcess("share", file);
        lock (_victims)
        {
            _victims.Add(victim);
        }

        await victim.UntilAsync("ready");
        return victim;
    }
}
