using System.Diagnostics;
using Aldis.Tests.Shared;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.ZeroMq;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F24")]
public sealed class F24_BrokerlessTests : IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    private readonly TemporaryFolder _folder = new();
    private readonly List<VictimProcess> _victims = [];

    private string Peers => _folder.File("peers.txt");

    public void Dispose()
    {
        _victims.ForEach(victim => victim.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Store_and_forward_loses_nothing_when_publishers_and_subscribers_are_killed()
    {
        var rounds = Figures.Size(everyday: 3, full: 60);
        var random = new Random(24);
        VictimProcess[] publishers = [await BeginAsync("peer-publish", "a"), await BeginAsync("peer-publish", "b")];
        VictimProcess[] consumers = [await BeginAsync("peer-consume", "c"), await BeginAsync("peer-consume", "d")];
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            await publishers[round % 2].UntilAsync("stored");
            await Task.Delay(random.Next(50, 200));
            await publishers[round % 2].KillAsync();
            publishers[round % 2] = await BeginAsync("peer-publish", round % 2 == 0 ? "a" : "b");

            // Who is left and who comes anew goes on with what the killed one held.
            await consumers[round % 2].KillAsync();
            consumers[round % 2] = await BeginAsync("peer-consume", round % 2 == 0 ? "c" : "d");
            var start = Stopwatch.GetTimestamp();
            await consumers[round % 2].UntilAsync("handled");
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        await Task.WhenAll(publishers.Select(publisher => publisher.KillAsync()));

        // Somebody has to hand out what is left; nobody publishes any more.
        var (one, two) = (await BeginAsync("peer-consume", "a"), await BeginAsync("peer-consume", "b"));
        var stored = Said("stored ").ToHashSet(StringComparer.Ordinal);
        await Until.TrueAsync(() => stored.IsSubsetOf(Said("handled ")), everyMs: 100);
        await Task.WhenAll(consumers.Append(one).Append(two).Select(consumer => consumer.KillAsync()));
        var handled = Said("handled ");
        Figures.Print("F24", $"store-and-forward: kills of publishers {rounds + 2}, of subscribers {rounds}, events {stored.Count}, lost {stored.Except(handled).Count()} (bound 0), "
            + $"duplicates {handled.Length - handled.Distinct().Count()}, slowest to get events after a start ms {slowest.TotalMilliseconds:F0}");
        Assert.True(stored.Count > rounds * 50, "hardly anything was published: the test proves nothing");
    }

    [Fact]
    public async Task Dispose_takes_no_longer_than_a_second_whatever_the_others_do()
    {
        var slowest = TimeSpan.Zero;
        await using (var other = await Node.StoredAsync(Node.Quick(Peers), _folder.File("other.db")))
        {
            // Nobody at home; somebody who does not read; events that nobody comes for.
            var options = Node.Quick(Peers) with { Peers = ["127.0.0.1:1"] };
            var stored = await Node.StoredAsync(options, _folder.File("own.db"));
            var (mine, theirs) = (await stored.ReceiverAsync(), await other.ReceiverAsync());
            await stored.SendAsync([.. Enumerable.Range(0, 500).Select(number => Node.Event($"{number}"))]);
            await other.SendAsync([.. Enumerable.Range(0, 500).Select(number => Node.Event($"{number}"))]);
            await mine.ReceiveAsync(new Delivery[100], CancellationToken.None);
            await theirs.ReceiveAsync(new Delivery[100], CancellationToken.None);
            await MeasureAsync(stored.Transport);
            await stored.DisposeAsync();
        }

        var frozen = await BeginAsync("peer-consume", "frozen");
        var publisher = await Node.StoredAsync(Node.Quick(Peers), _folder.File("publisher.db"));
        await using (var receiver = await publisher.ReceiverAsync("others"))
        {
            await publisher.SendAsync(Node.Event("\"x\""));
            frozen.Freeze();
            await publisher.SendAsync([.. Enumerable.Range(0, 500).Select(number => Node.Event($"{number}"))]);
            await receiver.ReceiveAsync(new Delivery[100], CancellationToken.None);
            await MeasureAsync(publisher.Transport);
        }

        await publisher.DisposeAsync();
        var fast = await Node.BestEffortAsync(Node.Quick(_folder.File("fast.txt")) with { HighWatermark = 100 });
        await fast.ReceiverAsync();
        await fast.SendAsync([.. Enumerable.Range(0, 500).Select(number => Node.Event($"{number}"))]);
        await MeasureAsync(fast.Transport);
        Figures.Print("F24", $"dispose: slowest ms {slowest.TotalMilliseconds:F0} (bound {_soon.TotalMilliseconds:F0})");
        Assert.InRange(slowest, TimeSpan.Zero, _soon);

        async Task MeasureAsync(ZeroMqTransport transport)
        {
            var start = Stopwatch.GetTimestamp();
            await transport.DisposeAsync();
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }
    }

    private string[] Said(string beginning)
    {
        var said = new List<string>();
        foreach (var victim in _victims)
        {
            lock (victim.Said)
            {
                said.AddRange(victim.Said.Where(line => line.StartsWith(beginning, StringComparison.Ordinal)).Select(line => line[beginning.Length..]));
            }
        }

        return [.. said];
    }

    private async Task<VictimProcess> BeginAsync(string role, string name)
    {
        var victim = new VictimProcess(role, Peers, _folder.File($"{name}.db"));
        lock (_victims)
        {
            _victims.Add(victim);
        }

        await victim.UntilAsync("ready");
        return victim;
    }
}
