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
    private readonly Poller _poller;

    public Broadcast(string host, ZeroMqOptions options, Curve? curve, Poller poller)
    {
        _poller = poller;
        _socket.Options.SendHighWatermark = MessagesOf(options);
        _socket.Options.Linger = TimeSpan.Zero;
        curve?.Listen(_socket.Options);
        _socket.ReceiveReady += poller.On(Answer);
        Port = _socket.BindRandomPort($"tcp://{host}");
        _poller.Add(_socket);
    }

    public int Port { get; }

    public void Send(TopicName topic, Parcel parcel)
    {
        var stream = StreamOf(topic.Value);
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

    /// <summary>The number of a topic's next event.</summary>
    public long NextOf(TopicName topic) => StreamOf(topic.Value).Next;

    public void Dispose() => _poller.Remove(_socket);

    /// <summary>How many messages a socket keeps for a subscriber that does not keep up: it counts no events.</summary>
    public static int MessagesOf(ZeroMqOptions options) => Math.Clamp(options.HighWatermark / EventsInAMessage, 2, 1000);

    /// <summary>The prefix of a topic's messages: one topic's name may be the beginning of another's.</summary>
    public static byte[] PrefixOf(string topic) => [.. Encoding.UTF8.GetBytes(topic), 0];

    /// <summary>The subscription that asks for the number.</summary>
    public static byte[] QuestionOf(string topic, EventId id) => [(byte)'@', .. id.ToBytes(), .. Encoding.UTF8.GetBytes(topic)];

    private void Answer()
    {
        while (_socket.TryReceiveFrameBytes(TimeSpan.Zero, out var subscription))
        {
            if (subscription is [1, (byte)'@', .. var rest] && rest.Length > EventId.ByteLength && _streams.Count < MaxTopics)
            {
                var topic = Encoding.UTF8.GetString(rest.AsSpan(EventId.ByteLength));
                Write(subscription[1..], StreamOf(topic).Next, []);
            }
        }
    }

    private Stream StreamOf(string topic)
    {
        if (!_streams.TryGetValue(topic, out var stream))
        {
            stream = new Stream(PrefixOf(topic));
            _streams.Add(topic, stream);
        }

        return stream;
    }

    private void Write(byte[] prefix, long number, byte[] message)
    {
        var place = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(place, number);
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
