using Aldis.Transports.Tests.Sqlite;
using Aldis.ZeroMq;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>What is sealed is opened once, by whom it is for, and as it was.</summary>
public sealed class ConversationTests : IDisposable
{
    private static readonly byte[] _hello = [1, 1, 0, 0];
    private static readonly byte[] _welcome = [11, 1];
    private static readonly byte[] _join = [2, 42];

    private readonly TemporaryFolder _folder = new();
    private readonly FleetKeys _keys;
    private readonly Conversation _member;
    private readonly Conversation _publisher;

    public ConversationTests()
    {
        _keys = NewKeys("fleet.keys");
        (_member, _publisher) = (new Conversation(_keys), new Conversation(_keys));
        Assert.Equal(_hello, _publisher.Open(_member.Seal(_hello)));
        Assert.Equal(_welcome, _member.Open(_publisher.Seal(_welcome)));
    }

    public void Dispose()
    {
        _member.Dispose();
        _publisher.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_said_cannot_be_said_again()
    {
        var join = _member.Seal(_join);
        Assert.Equal(_join, _publisher.Open(join));
        Assert.Throws<MalformedMessageException>(() => _publisher.Open(join));
    }

    [Fact]
    public void What_was_said_in_one_connection_is_nothing_in_another()
    {
        using var other = new Conversation(_keys);
        other.Open(_member.Seal(_hello));
        Assert.Throws<MalformedMessageException>(() => other.Open(_member.Seal(_join)));
    }

    [Fact]
    public void A_publisher_with_a_new_connection_is_known_as_such()
    {
        using var other = new Conversation(_keys);
        other.Open(_member.Seal(_hello));
        Assert.Null(_member.Open(other.Seal(_welcome)));
        Assert.Equal(_welcome, _member.Open(_publisher.Seal(_welcome)));
    }

    [Fact]
    public void Whatever_is_changed_is_noticed()
    {
        var whole = _member.Seal(_join);
        for (var place = 0; place < whole.Length; place++)
        {
            var changed = whole.ToArray();
            changed[place] ^= 1;
            Assert.Throws<MalformedMessageException>(() => _publisher.Open(changed));
        }

        Assert.Equal(_join, _publisher.Open(whole));
    }

    [Fact]
    public void Plain_text_and_other_keys_open_nothing()
    {
        using var stranger = new Conversation(NewKeys("other.keys"));
        using var publisher = new Conversation(_keys);
        Assert.Throws<MalformedMessageException>(() => publisher.Open(_hello));
        Assert.Throws<MalformedMessageException>(() => publisher.Open([]));
        Assert.Throws<MalformedMessageException>(() => publisher.Open(stranger.Seal(_hello)));
        Assert.False(publisher.HasBegun);
    }

    [Fact]
    public void Only_a_greeting_may_be_for_nobody()
    {
        using var sealer = new Sealer(_keys);
        using var publisher = new Conversation(_keys);
        Assert.Throws<MalformedMessageException>(() => publisher.Open(sealer.Seal(MessageKind.SealedAlone, [], _join)));
    }

    private FleetKeys NewKeys(string name)
    {
        ZeroMqCare.CreateKeyFile(_folder.File(name));
        return FleetKeys.Of(new ZeroMqOptions { KeyFile = _folder.File(name) })!;
    }
}
