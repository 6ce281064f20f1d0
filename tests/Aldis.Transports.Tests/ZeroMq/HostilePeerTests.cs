using System.Text;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;
using NetMQ;
using NetMQ.Sockets;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>Whatever comes in at the door, the process goes on, and its memory does not grow with it.</summary>
public sealed class HostilePeerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Messages_that_are_none_change_nothing()
    {
        var peers = _folder.File("peers.txt");
        await using var node = await Node.StoredAsync(Node.Quick(peers), _folder.File("ledger.db"));
        var random = new Random(38);
        using (var socket = new DealerSocket())
        {
            socket.Connect($"tcp://{(await File.ReadAllTextAsync(peers)).Trim()}");
            for (var count = 0; count < Figures.Size(everyday: 5_000, full: 500_000); count++)
            {
                var message = new byte[random.Next(0, 60)];
                random.NextBytes(message);
                if (message.Length > 0)
                {
                    message[0] = (byte)random.Next(0, 20);
                }

                if (random.Next(10) == 0)
                {
                    socket.SendMoreFrame(message);
                }

                socket.SendFrame(message);
                while (socket.TryReceiveFrameBytes(out _))
                {
                }
            }
        }

        await using var member = await Node.StoredAsync(Node.Quick(peers), _folder.File("member.db"));
        await using var receiver = await member.ReceiverAsync();
        await node.SendAsync(Node.Event("still there"));
        var buffer = new Delivery[1];
        Assert.Equal(1, await receiver.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_member_that_asks_for_everything_and_settles_nothing_is_given_no_more_than_is_good()
    {
        const int Most = 10_000;
        var peers = _folder.File("peers.txt");
        await using var node = await Node.StoredAsync(Node.Quick(peers) with { PeerTimeout = TimeSpan.FromMinutes(1) }, _folder.File("ledger.db"));
        using var socket = new DealerSocket();
        socket.Connect($"tcp://{(await File.ReadAllTextAsync(peers)).Trim()}");
        socket.SendFrame([2, 0, 0, 0, 1, 0, 0, 5, .. Encoding.ASCII.GetBytes("noted"), 0, 6, .. Encoding.ASCII.GetBytes("greedy")]);
        Assert.Equal(12, socket.ReceiveFrameBytes()[0]);
        socket.SendFrame([3, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        for (var sent = 0; sent < Most + 1_000; sent += 1_000)
        {
            await node.SendAsync([.. Enumerable.Range(0, 1_000).Select(number => Node.Event($"{number}"))]);
        }

        var received = 0u;
        while (socket.TryReceiveFrameBytes(TimeSpan.FromMilliseconds(received < Most ? 20_000 : 500), out var message))
        {
            received += message[0] == 13 ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(13)) : 0;
        }

        Assert.Equal((uint)Most, received);
    }

    [Fact]
    public async Task A_limit_below_nothing_is_no_credit()
    {
        var peers = _folder.File("peers.txt");
        await using var node = await Node.StoredAsync(Node.Quick(peers) with { PeerTimeout = TimeSpan.FromMinutes(1) }, _folder.File("ledger.db"));
        using var socket = new DealerSocket();
        socket.Connect($"tcp://{(await File.ReadAllTextAsync(peers)).Trim()}");
        socket.SendFrame([2, 0, 0, 0, 1, 0, 0, 5, .. Encoding.ASCII.GetBytes("noted"), 0, 6, .. Encoding.ASCII.GetBytes("wanton")]);
        Assert.Equal(12, socket.ReceiveFrameBytes()[0]);
        socket.SendFrame([3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        await node.SendAsync(Node.Event("a"), Node.Event("b"), Node.Event("c"));
        Assert.Equal(13, socket.ReceiveFrameBytes()[0]);
        socket.SendFrame([3, 0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0]);
        Assert.False(socket.TryReceiveFrameBytes(TimeSpan.FromMilliseconds(500), out _));
    }

    [Theory]
    [InlineData("readers", false)]
    [InlineData("each-instance.1", true)]
    public async Task A_publisher_that_sends_half_a_message_is_not_waited_for(string group, bool isPrivate)
    {
        using var door = new RouterSocket();
        using var shared = new PushSocket();
        using var broadcast = new XPublisherSocket();
        NetMQSocket source = isPrivate ? broadcast : shared;
        var port = source.BindRandomPort("tcp://127.0.0.1");
        var peer = $"127.0.0.1:{door.BindRandomPort("tcp://127.0.0.1")}";
        await using var node = await Node.BestEffortAsync(new ZeroMqOptions { Peers = [peer], Heartbeat = TimeSpan.FromMilliseconds(100), PeerTimeout = TimeSpan.FromMinutes(1) });
        var opening = node.ReceiverAsync(group, isPrivate: isPrivate).AsTask();
        for (var hasJoined = false; !hasJoined;)
        {
            var (id, message) = (door.ReceiveFrameBytes(), door.ReceiveFrameBytes());
            hasJoined = message[0] == 2;
            byte[] answer = hasJoined ? [12, .. message[1..5], (byte)(port >> 8), (byte)port, .. new byte[8]] : [11, 1, .. new byte[16]];
            door.SendMoreFrame(id).SendFrame(answer);
        }

        byte[] subscription = [];
        while (isPrivate && subscription is not [1, (byte)'@', ..])
        {
            subscription = broadcast.ReceiveFrameBytes();
        }

        var parcel = Aldis.ZeroMq.Parcel.Of([Node.Event("whole")])[0].Message;
        byte[] prefix = [.. Encoding.ASCII.GetBytes("noted"), 0];
        source.SendMoreFrame(prefix).SendFrame(parcel);
        source.SendMoreFrame(prefix).SendMoreFrame(new byte[8]).SendMoreFrame(parcel).SendFrame(parcel);
        if (isPrivate)
        {
            source.SendMoreFrame(subscription[1..]).SendMoreFrame(new byte[8]).SendFrame([]);
            source.SendMoreFrame(prefix).SendMoreFrame(new byte[8]).SendFrame(parcel);
        }
        else
        {
            source.SendFrame(parcel);
        }

        await using var receiver = await opening.WaitAsync(TimeSpan.FromSeconds(20));
        var buffer = new Delivery[10];
        Assert.Equal(1, await receiver.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task What_failed_once_does_not_fail_for_ever_and_the_own_topics_are_not_for_others()
    {
        await using var memory = new InMemoryTransport(new InMemoryOptions(), TimeProvider.System);
        var answers = new List<byte[]>();
        await using var desk = new Aldis.ZeroMq.Desk(new FailsOnce(memory));
        await desk.KeepAsync(Publish("noted"), answers.Add);
        await desk.KeepAsync(Publish("noted"), answers.Add);
        await desk.KeepAsync(Publish("aldis.zeromq.groups"), answers.Add);
        Assert.Equal([1, 0, 3], answers.Select(answer => (int)answer[5]));
    }

    private static byte[] Publish(string topic) => [6, 0, 0, 0, 1, 0, (byte)topic.Length, .. Encoding.ASCII.GetBytes(topic), .. Aldis.ZeroMq.Parcel.Of([Node.Event("kept")])[0].Message[1..]];

    /// <summary>A ledger that cannot be opened at the first time.</summary>
    private sealed class FailsOnce(ITransport inner) : ITransport
    {
        private int _calls;

        public TransportFeatures Features => inner.Features;

        public ValueTask StartAsync(CancellationToken cancel) => inner.StartAsync(cancel);

        public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => _calls++ > 0
            ? inner.OpenSenderAsync(topic, cancel)
            : throw new TransportException(new Fault(ErrorCodes.PublishRejected, "Not now."));

        public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel) => inner.OpenReceiverAsync(spec, cancel);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
