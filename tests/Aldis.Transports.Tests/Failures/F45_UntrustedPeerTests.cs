using System.Net;
using System.Net.Sockets;
using Aldis.Transports.Tests.Kafka;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.ZeroMq;

namespace Aldis.Transports.Tests.Failures;

#pragma warning disable CA1416 // The failure tests run on Linux.

/// <summary>Where there are keys, nobody gets or gives anything without them, not with an old version of the protocol either; and a key is in no text.</summary>
[Trait("Failure", "F45")]
public sealed class F45_UntrustedPeerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain text")]
    [InlineData("keys of another fleet")]
    [InlineData("the same keys")]
    public async Task A_peer_without_the_keys_gets_nothing(string who)
    {
        var (keys, others, peers) = (_folder.File("fleet.keys"), _folder.File("other.keys"), _folder.File("peers.txt"));
        ZeroMqCare.CreateKeyFile(keys);
        ZeroMqCare.CreateKeyFile(others);
        var log = new WrittenLog();
        await using var publisher = await Node.StoredAsync(Node.Quick(peers) with { KeyFile = keys }, _folder.File("publisher.db"), log);
        await publisher.SendAsync(Node.Event("secret"));
        var key = who switch { "plain text" => null, "the same keys" => keys, _ => others };
        await using var peer = await Node.StoredAsync(Node.Quick(peers) with { KeyFile = key }, _folder.File("peer.db"), log);
        await using var receiver = await peer.ReceiverAsync();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(key == keys ? 20 : 2));
        var receiving = receiver.ReceiveAsync(new Delivery[1], patience.Token).AsTask();
        await Record.ExceptionAsync(() => receiving);
        var texts = File.ReadAllLines(keys).Concat(File.ReadAllLines(others)).Where(line => line.Contains(" = ", StringComparison.Ordinal)).Select(line => line.Split(" = ")[1]).ToArray();
        var found = log.Texts.Count(text => texts.Any(secret => text.Contains(secret, StringComparison.Ordinal)));
        Figures.Print("F45", $"zeromq {who}: received {receiving.IsCompletedSuccessfully}, keys in logs {found} of {log.Texts.Count} texts (bound 0)");
        Assert.Equal(key == keys, receiving.IsCompletedSuccessfully);
        Assert.Equal(0, found);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_speaks_an_old_version_that_knows_no_keys_gets_nothing_where_there_are_keys(bool encrypted)
    {
        const string Refused = "no message of the protocol";
        var (peers, log) = (_folder.File("peers.txt"), new WrittenLog());
        await using var publisher = await Node.StoredAsync(Node.Quick(peers) with { KeyFile = KeyFileOrNone(encrypted) }, _folder.File("publisher.db"), log);
        using var peer = await OldPeer.ConnectAsync((await File.ReadAllTextAsync(peers)).Trim());
        await peer.SendAsync(1, 1, 0, 0);
        await Until.TrueAsync(() => peer.HasMore || log.Texts.Any(text => text.Contains(Refused, StringComparison.Ordinal)));
        await peer.SendAsync([2, 0, 0, 0, 1, 0, 0, 5, .. "noted"u8, 0, 3, .. "old"u8]);
        await Until.TrueAsync(() => peer.HasMore || log.Texts.Count(text => text.Contains(Refused, StringComparison.Ordinal)) > 1);
        Figures.Print("F45", $"zeromq version 1 of ZMTP, {(encrypted ? "keys" : "no keys")}: answered {peer.HasMore}");
        Assert.Equal(!encrypted, peer.HasMore);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_publisher_that_speaks_an_old_version_is_told_nothing_where_there_are_keys(bool encrypted)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var member = await Node.StoredAsync(
            Node.Quick(_folder.File("peers.txt")) with { Peers = [$"{listener.LocalEndpoint}"], KeyFile = KeyFileOrNone(encrypted), PeerTimeout = TimeSpan.FromMinutes(1) }, _folder.File("member.db"));
        var receiving = member.ReceiverAsync();
        using var publisher = await OldPeer.AcceptAsync(listener);
        var said = new List<byte[]>();
        while (said.Count < 5)
        {
            said.Add(await publisher.ReceiveAsync(TimeSpan.FromSeconds(20)));
            await publisher.SendAsync([11, 1, .. new byte[16]]);
        }

        await using var receiver = await receiving;
        var hasAsked = said.Any(message => message.AsSpan().IndexOf("noted"u8) >= 0);
        Figures.Print("F45", $"zeromq publisher with version 1 of ZMTP, {(encrypted ? "keys" : "no keys")}: told {hasAsked}");
        Assert.Equal(!encrypted, hasAsked);
    }

    [Fact]
    public void A_key_file_that_others_may_read_is_refused()
    {
        var keys = _folder.File("fleet.keys");
        ZeroMqCare.CreateKeyFile(keys);
        File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Refusal(keys), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("public-key = abc\nsecret-key = abc")]
    [InlineData("public-key = JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6\nsecret-key = D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs")]
    public void A_key_file_without_two_keys_that_belong_together_is_refused_and_not_quoted(string text)
    {
        var keys = _folder.File("fleet.keys");
        File.WriteAllText(keys, text);
        File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var refusal = Refusal(keys);
        Assert.Contains("ALD2503", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("JTKVSB", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("D:)Q", refusal, StringComparison.Ordinal);
    }

    private string? KeyFileOrNone(bool encrypted)
    {
        if (encrypted)
        {
            ZeroMqCare.CreateKeyFile(_folder.File("fleet.keys"));
        }

        return encrypted ? _folder.File("fleet.keys") : null;
    }

    private static string Refusal(string keys) => Assert.Throws<AldisException>(() => new ZeroMqTransport(
        new ZeroMqOptions { KeyFile = keys, Level = ZeroMqLevel.BestEffort }, new TransportContext(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance))).Message;
}
