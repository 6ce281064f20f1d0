using System.Buffers.Binary;
using System.Text;
using Aldis.Events;
using NetMQ;
using NetMQ.Sockets;

namespace Aldis.ZeroMq;

/// <summary>
/// The publisher's side of private groups at best effort: a PUB. Events of a topic are numbered, so that a subscriber knows what it has missed. A subscription that begins with @ is a question: from
/// which number on does this subscriber get everything? For the poller's thread.
/// </summary>
internal sealed class Broadcast : IDisposable
{
    private const int EventsInAMessage = 64;

    /// <summary>Whoever asks for more topics than that gets no answer.</summary>
    private const int MaxTopics = 10_000;

    private readonly XPublisherSocket _socket = new();
    private readonly Dictionary<string, Stream> _streams = new(StringComparer.Ordinal);
    private readonly FleetKeys? _keys;
    private readonly Sealer? _sealer;
    private readonly Poller _poller;
    private readonly int _port;

    public Broadcast(string host, ZeroMqOptions options, FleetKeys? keys, Poller poller)
    {
        (_keys, _poller) = (keys, poller);
        _sealer = keys is null ? null : new Sealer(keys);
        _socket.Options.SendHighWatermark = MessagesOf(options);
        _socket.Options.Linger = TimeSpan.Zero;
        keys?.Listen(_socket.Options);
        _socket.ReceiveReady += poller.On(Answer);
        _port = _socket.BindRandomPort($"tcp://{host}");
        _poller.Add(_socket);
    }

    public void Send(TopicName topic, Parcel parcel)
    {
        var stream = StreamOf(NameOf(topic, _keys));
        Write(stream.Prefix, stream.Next, parcel.Message);
        stream.Next += parcel.Count;
        stream.IsNoted = false;
    }

    /// <summary>Tells subscribers how far each topic has come, so that they miss the last events as well.</summary>
    public void Tick()
    {
        foreach (var stream in _streams.Values.Where(stream => !stream.IsNoted))
        {
            Write(stream.Prefix, stream.Next, []);
            stream.IsNoted = true;
        }
    }

    /// <summary>Tells a member where it subscribes, and from which number on it has missed what does not come.</summary>
    public byte[] Welcome(uint session, TopicName topic) => Joined.Write(session, _port, StreamOf(NameOf(topic, _keys)).Next, _sealer);

    public void Dispose()
    {
        _poller.Remove(_socket);
        _sealer?.Dispose();
    }

    /// <summary>How many messages a socket keeps for a subscriber that does not keep up: it counts no events.</summary>
    public static int MessagesOf(ZeroMqOptions options) => Math.Clamp(options.HighWatermark / EventsInAMessage, 2, 1000);

    /// <summary>What a topic is called in subscriptions, which are not sealed.</summary>
    public static string NameOf(TopicName topic, FleetKeys? keys) => keys?.Hide(topic.Value) ?? topic.Value;

    /// <summary>The prefix of a topic's messages: one topic's name may be the beginning of another's.</summary>
    public static byte[] PrefixOf(string name) => [.. Encoding.UTF8.GetBytes(name), 0];

    /// <summary>The subscription that asks for the number.</summary>
    public static byte[] QuestionOf(string name, EventId id) => [(byte)'@', .. id.ToBytes(), .. Encoding.UTF8.GetBytes(name)];

    /// <summary>What is proved with a sealed message: on which prefix it goes out, and the number of its first event.</summary>
    public static byte[] About(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> number) => [.. prefix, .. number];

    private void Answer()
    {
        while (_socket.TryReceiveFrameBytes(TimeSpan.Zero, out var subscription))
        {
            if (subscription is [1, (byte)'@', .. var rest] && rest.Length > EventId.ByteLength && _streams.Count < MaxTopics)
            {
                var name = Encoding.UTF8.GetString(rest.AsSpan(EventId.ByteLength));
                Write(subscription[1..], StreamOf(name).Next, []);
            }
        }
    }

    private Stream StreamOf(string name)
    {
        if (!_streams.TryGetValue(name, out var stream))
        {
            stream = new Stream(PrefixOf(name));
            _streams.Add(name, stream);
        }

        return stream;
    }

    private void Write(byte[] prefix, long number, byte[] message)
    {
        var place = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(place, number);
        message = _sealer?.Seal(MessageKind.SealedAlone, About(prefix, place), message) ?? message;
        var sending = _socket.SendMoreFrame(prefix).SendMoreFrame(place);
        sending.SendFrame(message);
    }

    private sealed class Stream(byte[] prefix)
    {
        public byte[] Prefix { get; } = prefix;

        public long Next { get; set; }

        public bool IsNoted { get; set; } = true;
    }
}
