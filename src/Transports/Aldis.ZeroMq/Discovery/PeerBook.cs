using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Aldis.ZeroMq;

/// <summary>Who there is: the addresses that the options name, those in a file, and what DNS says of names. For one caller at a time.</summary>
internal sealed class PeerBook(ZeroMqOptions options, ILogger log)
{
    private readonly PeerAddress[] _named = [.. options.Peers.Select(PeerAddress.Parse)];
    private readonly PeersFile? _file = options.PeersFile is { } path ? new PeersFile(path) : null;
    private readonly Dictionary<string, IPAddress[]> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<PeerAddress> _refused = [];

    /// <summary>Looks once. What cannot be looked up is taken to be as it was.</summary>
    public async ValueTask<IReadOnlySet<PeerAddress>> LookAsync(CancellationToken cancel)
    {
        var found = new HashSet<PeerAddress>();
        foreach (var peer in _named.Concat(ReadFile()))
        {
            foreach (var address in await ResolveAsync(peer.Host, cancel).ConfigureAwait(false))
            {
                Add(found, new PeerAddress(address.ToString(), peer.Port));
            }
        }

        return found;
    }

    /// <summary>Adds the address at which others reach this process to the file, if that is wanted.</summary>
    public Task AnnounceAsync(PeerAddress own) => options.Announce && _file is not null ? _file.AddAsync(own) : Task.CompletedTask;

    public Task RetractAsync(PeerAddress own) => options.Announce && _file is not null ? _file.RemoveAsync(own) : Task.CompletedTask;

    private void Add(HashSet<PeerAddress> found, PeerAddress peer)
    {
        if (peer.IsLoopback || options.IsEncrypted || options.AllowPlainText)
        {
            found.Add(peer);
        }
        else if (_refused.Add(peer))
        {
            log.PlainTextRefused(peer);
        }
    }

    private IReadOnlyList<PeerAddress> ReadFile()
    {
        try
        {
            return _file?.Read() ?? [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.PeersUnreadable(error);
            return [];
        }
    }

    private async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }

        try
        {
            return _known[host] = await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            log.NameUnknown(host, error.SocketErrorCode.ToString());
            return _known.GetValueOrDefault(host) ?? [];
        }
    }
}
