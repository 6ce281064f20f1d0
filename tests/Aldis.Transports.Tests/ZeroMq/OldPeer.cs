using System.Net;
using System.Net.Sockets;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>One end of a connection that speaks ZMTP 1.0, which knows no security: a frame is its length, a byte of flags, and its body.</summary>
internal sealed class OldPeer : IDisposable
{
    /// <summary>The other side says first that it could do better, and then who it is: nobody.</summary>
    private const int GreetingLength = 10;

    private readonly NetworkStream _stream;

    private OldPeer(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>Goes to a publisher.</summary>
    public static async Task<OldPeer> ConnectAsync(string address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(address));
        return await GreetAsync(new OldPeer(socket));
    }

    /// <summary>Waits for a member that comes.</summary>
    public static async Task<OldPeer> AcceptAsync(TcpListener listener) => await GreetAsync(new OldPeer(await listener.AcceptSocketAsync()));

    public async Task SendAsync(params byte[] message) => await _stream.WriteAsync((byte[])[(byte)(message.Length + 1), 0, .. message]);

    /// <summary>The next message; it is no longer than 254 bytes.</summary>
    public async Task<byte[]> ReceiveAsync(TimeSpan patience)
    {
        using var cancel = new CancellationTokenSource(patience);
        var head = new byte[2];
        await _stream.ReadExactlyAsync(head, cancel.Token);
        var message = new byte[head[0] - 1];
        await _stream.ReadExactlyAsync(message, cancel.Token);
        return message;
    }

    /// <summary>Whether there is something to receive.</summary>
    public bool HasMore => _stream.DataAvailable;

    public void Dispose() => _stream.Dispose();

    private static async Task<OldPeer> GreetAsync(OldPeer peer)
    {
        await peer._stream.WriteAsync((byte[])[1, 0]);
        await peer._stream.ReadExactlyAsync(new byte[GreetingLength]);
        Assert.Empty(await peer.ReceiveAsync(TimeSpan.FromSeconds(20)));
        return peer;
    }
}
