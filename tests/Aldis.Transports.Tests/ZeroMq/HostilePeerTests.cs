using System.Text;
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
}
