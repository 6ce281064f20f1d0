using System.Globalization;
using Aldis.Transports.Tests.Kafka;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>
/// Members of a Kafka group come, go and are killed while events flow. Each handles one event at a time, so that order by key is what the partitions give. An event may be handled twice;
/// none may be begun before the one before it in its key has been handled by somebody.
/// </summary>
[Trait("Failure", "F20")]
public sealed class F20_RebalanceStormTests : IDisposable
{
    private const int Keys = 20;

    private readonly List<VictimProcess> _members = [];

    public void Dispose() => _members.ForEach(member => member.Dispose());

    [Fact]
    public async Task Members_that_join_leave_and_die_lose_no_event_and_keep_the_order_of_keys()
    {
        var (events, changes) = (Figures.Size(everyday: 2_000, full: 100_000), Figures.Size(everyday: 4, full: 10));
        var options = KafkaServer.Options();
        var working = new List<VictimProcess> { await JoinAsync(options), await JoinAsync(options) };
        await using var bus = await EventBus.StartAsync(bus => bus.UseKafka(options));
        var published = new int[Keys];
        await PublishAsync(bus, published, events / 4);
        await UntilHandledAsync(published);
        for (var change = 0; change < changes; change++)
        {
            var publishing = PublishAsync(bus, published, events / 2 / changes);
            working.Add(await JoinAsync(options));
            var leaving = working[0];
            working.RemoveAt(0);
            await (change % 2 == 0 ? (Task)leaving.TerminateAsync() : leaving.KillAsync());
            await publishing;
        }

        await PublishAsync(bus, published, events / 4);
        await UntilHandledAsync(published);
        foreach (var member in working)
        {
            await member.TerminateAsync();
        }

        Judge(published, changes);
    }

    private void Judge(int[] published, int changes)
    {
        var runs = Runs();
        var first = runs.GroupBy(run => (run.Key, run.Number)).ToDictionary(event_ => event_.Key, event_ => event_.Min(run => run.Ended));
        var violations = runs.Where(run => run.Number > 0 && !(first.TryGetValue((run.Key, run.Number - 1), out var ended) && ended <= run.Begun))
            .Select(run => $"{run.Key}-{run.Number} began before the event before it had been handled").ToArray();
        Figures.Print("F20", $"kafka: members {_members.Count}, joins and leaves {2 * changes}, keys {Keys}, events {published.Sum()}, duplicates {runs.Length - first.Count}, "
            + $"lost {published.Sum() - first.Count} (bound 0), violations {violations.Length} (bound 0)");
        Assert.Equal(published.Sum(), first.Count);
        Assert.Empty(violations.Take(10));
        Assert.True(_members.Count(member => runs.Length > 0 && Handling.Of(member).Any()) > 2, "hardly any member handled something: the test proves nothing");
    }

    private async Task<VictimProcess> JoinAsync(KafkaOptions options)
    {
        var member = new VictimProcess("join", options.Servers, options.Prefix);
        _members.Add(member);
        await member.UntilAsync("ready");
        return member;
    }

    private static async Task PublishAsync(EventBus bus, int[] published, int events)
    {
        for (var number = 0; number < events; number += Keys)
        {
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(key => bus.PublishAsync(new Noted($"k{key}-{published[key]++}"), new PublishOptions { Key = $"k{key}" }).AsTask()));
        }
    }

    private Task<TimeSpan> UntilHandledAsync(int[] published)
        => Until.TrueAsync(() => Runs().Select(run => (run.Key, run.Number)).Distinct().Count() == published.Sum(), limit: TimeSpan.FromSeconds(120));

    private KeyRunOnce[] Runs() => [.. _members.SelectMany(Handling.Of).Where(handling => handling.Ended is not null).Select(handling =>
    {
        var parts = handling.Text.Split('-');
        return new KeyRunOnce(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), handling.Begun, handling.Ended!.Value, true);
    })];
}
