using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>What is written down of the protocol is enough to be a peer.</summary>
public sealed class PythonPeerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_program_in_Python_publishes_and_receives(bool encrypted)
    {
        PythonPeer.SkipUnlessThere();
        string[] keys = encrypted ? [_folder.File("fleet.keys")] : [];
        Array.ForEach(keys, ZeroMqCare.CreateKeyFile);
        var peers = _folder.File("peers.txt");
        await using var node = await Node.StoredAsync(Node.Quick(peers) with { KeyFile = encrypted ? keys[0] : null, PeerTimeout = TimeSpan.FromSeconds(5) }, _folder.File("ledger.db"));
        var address = (await File.ReadAllTextAsync(peers)).Trim();
        await using var receiver = await node.ReceiverAsync();

        await using (var publishing = PythonPeer.Start(["publish", address, "noted", "3", .. keys]))
        {
            Assert.Equal(["kept 3"], await publishing.EndAsync());
        }

        var buffer = new Delivery[3];
        var count = 0;
        while (count < 3)
        {
            count += await receiver.ReceiveAsync(buffer.AsMemory(count), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(["python 0", "python 1", "python 2"], buffer.Select(delivery => System.Text.Encoding.UTF8.GetString(delivery.Envelope.Body.Span)));
        Assert.All(buffer, delivery => Assert.Equal(("noted", "/python", "k", "ä"), (delivery.Envelope.Type, delivery.Envelope.Source, delivery.Envelope.Key, delivery.Envelope.Headers["tenant"])));

        await using var consuming = PythonPeer.Start(["consume", address, "noted", "pythons", "2", .. keys]);
        Assert.Equal("joined", await consuming.LineAsync());
        await node.SendAsync(Node.Event("aldis 0") with { Key = "a" }, Node.Event("aldis 1") with { Key = "b" });
        Assert.Equal(["event a aldis 0 1", "event b aldis 1 1", "settled 0 refused 0"], await consuming.EndAsync());
    }

    [Fact]
    public async Task What_cannot_be_an_event_is_refused_with_a_reason()
    {
        PythonPeer.SkipUnlessThere();
        var peers = _folder.File("peers.txt");
        await using var node = await Node.StoredAsync(Node.Quick(peers), _folder.File("ledger.db"));
        await using var peer = PythonPeer.Start("publish", (await File.ReadAllTextAsync(peers)).Trim(), "no..topic", "1");
        Assert.Contains("not kept, 3: ALD1001", Assert.Single(await peer.EndAsync()), StringComparison.Ordinal);
    }
}
