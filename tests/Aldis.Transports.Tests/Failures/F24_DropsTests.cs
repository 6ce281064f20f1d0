using Aldis.Tests.Shared;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.ZeroMq;

namespace Aldis.Transports.Tests.Failures;

/// <summary>At best effort, what does not arrive is counted: nobody is there yet, nobody keeps up, a member dies.</summary>
[Trait("Failure", "F24")]
[Collection(TelemetryRecorder.Alone)]
public sealed class F24_DropsTests : IDisposable
{
    private const string Dropped = "aldis.message.dropped";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_event_arrives_or_is_counted(bool isPrivate)
    {
        using var recorder = new TelemetryRecorder(spans: false);
        var options = Node.Quick(_folder.File("peers.txt")) with { HighWatermark = 200, PeerTimeout = TimeSpan.FromSeconds(30) };
        await using var publisher = await Node.BestEffortAsync(options);
        var events = Figures.Size(everyday: 20_000, full: 2_000_000);

        // The slow joiner: what is sent before it comes is for nobody.
        await SendAsync(publisher, 100);
        Assert.Equal(100, recorder.Sum(Dropped));

        await using var member = await Node.BestEffortAsync(options);
        await using var receiver = await member.ReceiverAsync(isPrivate ? "each-instance.1" : "readers", isPrivate: isPrivate);
        await SendAsync(publisher, events);
        Assert.True(isPrivate || recorder.Sum(Dropped) > 100, "nothing was dropped by the publisher: the test proves nothing");
        var received = 0;
        using var enough = new CancellationTokenSource();
        var receiving = ReceiveAllAsync();
        await Until.TrueAsync(() => Volatile.Read(ref received) + recorder.Sum(Dropped) == events + 100, everyMs: 50);
        var counted = recorder.Sum(Dropped);
        await enough.CancelAsync();
        await Record.ExceptionAsync(() => receiving);
        Figures.Print("F24", $"best effort, {(isPrivate ? "PUB and SUB" : "PUSH and PULL")}: events {events + 100}, received {received}, dropped and counted {counted:F0}, unaccounted {events + 100 - received - counted:F0} (bound 0)");
        Assert.True(counted > 100, "nothing was dropped: the test proves nothing");

        async Task ReceiveAllAsync()
        {
            var buffer = new Delivery[100];
            while (true)
            {
                var count = await receiver.ReceiveAsync(buffer, enough.Token);
                await receiver.SettleAsync(Array.ConvertAll(buffer[..count], delivery => new Settlement(delivery, Verdict.Done, [])), CancellationToken.None);
                Interlocked.Add(ref received, count);
            }
        }
    }

    private static async Task SendAsync(Node node, int count)
    {
        await using var sender = await node.Transport.OpenSenderAsync(Node.Event("").Topic, CancellationToken.None);
        var body = new string('x', 2_000);
        for (var sent = 0; sent < count; sent += 100)
        {
            await sender.SendAsync(Enumerable.Range(0, 100).Select(_ => Node.Event(body)).ToArray(), CancellationToken.None);
        }
    }
}
