using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.ZeroMq;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F32")]
public sealed class F32_StoppedMemberTests
{
    [Fact]
    public async Task A_member_of_another_process_that_was_stopped_cannot_settle_what_others_have_taken_over()
    {
        using var folder = new TemporaryFolder();
        var rounds = Figures.Size(everyday: 1, full: 20);
        var refused = 0;
        await using var publisher = await Node.StoredAsync(Node.Quick(folder.File("peers.txt")), folder.File("publisher.db"));
        for (var round = 0; round < rounds; round++)
        {
            using var victim = new VictimProcess("peer-hold", folder.File("peers.txt"), folder.File($"member-{round}.db"));
            await victim.UntilAsync("ready");
            var sent = Node.Event("once");
            await publisher.SendAsync(sent);
            Assert.Equal($"holding {sent.Id}", await victim.UntilAsync("holding"));
            victim.Freeze();

            await using (var other = await publisher.ReceiverAsync())
            {
                var buffer = new Delivery[1];
                await other.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
                Assert.Equal(sent.Id, buffer[0].Envelope.Id);
                victim.Thaw();
                await victim.SayAsync("settle");
                refused += await victim.UntilAsync("refused") == "refused 1" ? 1 : 0;
                Assert.Empty(await other.SettleAsync(new[] { new Settlement(buffer[0], Verdict.Done, []) }, CancellationToken.None));
            }
        }

        Figures.Print("F32", $"zeromq: stops {rounds} beyond the silence that is allowed, late settlements refused {refused} of {rounds}");
        Assert.Equal(rounds, refused);
    }
}
