using System.Diagnostics;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.ZeroMq;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F02")]
public sealed class F02_KilledMemberTests
{
    /// <summary>However long silence is allowed: that a connection breaks is noticed by itself.</summary>
    [Fact]
    public async Task What_a_killed_member_of_another_process_held_goes_to_another_at_once()
    {
        using var folder = new TemporaryFolder();
        var (rounds, slowest) = (Figures.Size(everyday: 2, full: 50), TimeSpan.Zero);
        var options = Node.Quick(folder.File("peers.txt")) with { PeerTimeout = TimeSpan.FromMinutes(1) };
        await using var publisher = await Node.StoredAsync(options, folder.File("publisher.db"));
        for (var round = 0; round < rounds; round++)
        {
            using var victim = new VictimProcess("peer-hold", folder.File("peers.txt"), folder.File($"member-{round}.db"));
            await victim.UntilAsync("ready");
            await publisher.SendAsync(Node.Event("held"));
            await victim.UntilAsync("holding");
            await using var other = await publisher.ReceiverAsync();
            var buffer = new Delivery[1];
            var receiving = other.ReceiveAsync(buffer, CancellationToken.None).AsTask();
            var start = Stopwatch.GetTimestamp();
            await victim.KillAsync();
            await receiving.WaitAsync(TimeSpan.FromSeconds(20));
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
            await other.SettleAsync(new[] { new Settlement(buffer[0], Verdict.Done, []) }, CancellationToken.None);
        }

        Figures.Print("F02", $"zeromq: kills of a member {rounds}, slowest-recovery-ms {slowest.TotalMilliseconds:F0} (bound 2000)");
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
