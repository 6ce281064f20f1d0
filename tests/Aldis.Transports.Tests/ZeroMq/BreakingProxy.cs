using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>Stands between a member and a publisher, and can break the connections that there are. New ones go through.</summary>
internal sealed class BreakingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly IPEndPoint _server;
    private readonly Task _running;

    public BreakingProxy(string server)
    {
        _server = IPEndPoint.Parse(server);
        _listener.Start();
        _running = AcceptAsync();
    }

    public string Address => $"{_listener.LocalEndpoint}";

    public void Break()
    {
        while (_clients.TryTake(out var client))
        {
            client.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _running;
        _listener.Dispose();
        Break();
    }

    private async Task AcceptAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                var (client, server) = (await _listener.AcceptTcpClientAsync(_ended.Token), new TcpClient());
                await server.ConnectAsync(_server, _ended.Token);
                _clients.Add(client);
                _clients.Add(server);
                _ = CopyAsync(client, server);
                _ = CopyAsync(server, client);
            }
            catch (OperationCanceledException)
            {
                // It has been disposed.
            }
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Broken.
        }

        from.Dispose();
        to.Dispose();
    }
}
