using System.Net;
using System.Net.Sockets;

namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>
/// Stands between clients and a PostgreSQL server, and can let the connections that listen go silent: they stay open, and nothing goes through any more. Others, and new ones, are not concerned.
/// </summary>
internal sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly int _server;
    private readonly Task _running;
    private readonly List<Way> _ways = [];

    public SilentProxy(int server)
    {
        _server = server;
        _listener.Start();
        _running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections listen and are not silent.</summary>
    public int Listening
    {
        get
        {
            lock (_ways)
            {
                return _ways.Count(way => way is { Listens: true, IsSilent: false });
            }
        }
    }

    /// <summary>Lets those that listen go silent.</summary>
    public void Silence()
    {
        lock (_ways)
        {
            _ways.ForEach(way => way.IsSilent |= way.Listens);
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
                var server = new TcpClient { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _server, _ended.Token);
                var way = new Way();
                lock (_ways)
                {
                    _ways.Add(way);
                }

                _ = CopyAsync(way, client, server, isFromClient: true);
                _ = CopyAsync(way, server, client, isFromClient: false);
            }
        }
        catch (OperationCanceledException)
        {
            // It has been disposed.
        }
    }

    private async Task CopyAsync(Way way, TcpClient from, TcpClient to, bool isFromClient)
    {
        try
        {
            var buffer = new byte[65_536];
            while (await from.GetStream().ReadAsync(buffer, _ended.Token) is > 0 and var count)
            {
                way.Listens |= isFromClient && buffer.AsSpan(0, count).IndexOf("LISTEN "u8) >= 0;
                if (!way.IsSilent)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _ended.Token);
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has gone: so does the other.
        }

        from.Dispose();
        to.Dispose();
    }

    private sealed class Way
    {
        public bool Listens { get; set; }

        public bool IsSilent { get; set; }
    }
}
