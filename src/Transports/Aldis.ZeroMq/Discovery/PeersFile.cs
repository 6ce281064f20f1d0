using System.Net.Sockets;
using System.Text;

namespace Aldis.ZeroMq;

/// <summary>A file with an address on each line; what is behind a # is a note. Processes of a machine can write their own addresses into it.</summary>
internal sealed class PeersFile(string path)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The addresses in it; none where there is no file.</summary>
    public IReadOnlyList<PeerAddress> Read()
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            return [.. Addresses(reader)];
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Adds an address, and takes away those of this machine at which nobody listens any more.</summary>
    public Task AddAsync(PeerAddress own) => ChangeAsync(async there =>
    {
        var alive = new List<PeerAddress>();
        foreach (var address in there.Where(address => address != own))
        {
            if (!address.IsLoopback || await ListensAsync(address).ConfigureAwait(false))
            {
                alive.Add(address);
            }
        }

        return [.. alive, own];
    });

    /// <summary>Takes an address away.</summary>
    public Task RemoveAsync(PeerAddress own) => ChangeAsync(there => Task.FromResult<PeerAddress[]>([.. there.Where(address => address != own)]));

    private static IEnumerable<PeerAddress> Addresses(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            if (PeerAddress.TryParse(line.Split('#')[0], out var address))
            {
                yield return address;
            }
        }
    }

    /// <summary>Only one process at a time changes the file.</summary>
    private async Task ChangeAsync(Func<PeerAddress[], Task<PeerAddress[]>> change)
    {
        var stream = await OpenAsync().ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            var lines = await change([.. Addresses(reader)]).ConfigureAwait(false);
            stream.SetLength(0);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(address => $"{address}\n")))).ConfigureAwait(false);
        }
    }

    private async Task<FileStream> OpenAsync()
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (error is not DirectoryNotFoundException && time.GetElapsedTime(start) < _patience)
            {
                await Task.Delay(_pause, time).ConfigureAwait(false);
            }
        }
    }

    private static async Task<bool> ListensAsync(PeerAddress address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
