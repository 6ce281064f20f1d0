using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Aldis.Transports.Tests.RabbitMq;

/// <summary>
/// Stands between a client and its broker and can keep deliveries back while all else goes on: heartbeats, answers, confirms. So a consumer becomes a phantom:
/// to the client it is there, and nothing comes to it. New channels are not concerned. Or it keeps confirms back, as a queue does that has lost most of its nodes.
/// </summary>
internal sealed class DeafProxy : IAsyncDisposable
{
    private const byte Method = 1;
    private const byte Header = 2;
    private const byte Body = 3;
    private const int DeliverOfBasic = (60 << 16) | 60;
    private const int AckOfBasic = (60 << 16) | 80;
    private const int OpenOkOfChannel = (20 << 16) | 11;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly int _server;
    private readonly Task _running;
    private HashSet<(int Connection, ushort Channel)> _deaf = [];
    private readonly HashSet<(int Connection, ushort Channel)> _delivered = [];
    private int _connections;
    private int _kept;

    public DeafProxy(int server)
    {
        _server = server;
        _listener.Start();
        _running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether publishes are not confirmed.</summary>
    public bool KeepsConfirms { get; set; }

    /// <summary>How many deliveries and confirms were kept back.</summary>
    public int Kept => Volatile.Read(ref _kept);

    /// <summary>From now on nothing is delivered on the channels on which something was delivered before.</summary>
    public void Deafen()
    {
        lock (_listener)
        {
            _deaf = [.. _delivered];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _running;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_ended.Token);
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _server, _ended.Token);
                var number = ++_connections;
                _ = EndAsync(client, server, client.GetStream().CopyToAsync(server.GetStream(), _ended.Token));
                _ = EndAsync(server, client, FilterAsync(number, server.GetStream(), client.GetStream()));
            }
        }
        catch (OperationCanceledException)
        {
            // It has been disposed.
        }
    }

    private static async Task EndAsync(TcpClient from, TcpClient to, Task copying)
    {
        await copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        from.Dispose();
        to.Dispose();
    }

    /// <summary>A frame has its type, its channel and its length, then its content and an end mark.</summary>
    private async Task FilterAsync(int connection, NetworkStream from, NetworkStream to)
    {
        var isKeeping = new HashSet<ushort>();
        var head = new byte[7];
        while (true)
        {
            await from.ReadExactlyAsync(head, _ended.Token);
            var (type, channel) = (head[0], BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1)));
            var content = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(3)) + 1];
            await from.ReadExactlyAsync(content, _ended.Token);
            if (type == Method)
            {
                isKeeping.Remove(channel);
                if (Keeps(connection, channel, BinaryPrimitives.ReadInt32BigEndian(content)))
                {
                    isKeeping.Add(channel);
                    Interlocked.Increment(ref _kept);
                }
            }

            if (type is not (Method or Header or Body) || !isKeeping.Contains(channel))
            {
                await to.WriteAsync(head, _ended.Token);
                await to.WriteAsync(content, _ended.Token);
            }
        }
    }

    /// <summary>A channel that is opened anew under the number of one that was closed hears again.</summary>
    private bool Keeps(int connection, ushort channel, int method)
    {
        lock (_listener)
        {
            switch (method)
            {
                case OpenOkOfChannel:
                    _deaf.Remove((connection, channel));
                    return false;
                case DeliverOfBasic:
                    _delivered.Add((connection, channel));
                    return _deaf.Contains((connection, channel));
                default:
                    return method == AckOfBasic && KeepsConfirms;
            }
        }
    }
}
