using System.Globalization;

namespace Aldis.Kafka;

/// <summary>The brokers that a cluster is found through.</summary>
internal static class Servers
{
    private const int DefaultPort = 9092;

    /// <summary>What is wrong with a list of brokers, or null. The list is not shown: somebody may have written a password into it.</summary>
    public static string? Fault(string? servers)
    {
        if (string.IsNullOrWhiteSpace(servers))
        {
            return "It is empty.";
        }

        return servers.Split(',').All(IsServer) ? null : "Each must be a host, or a host, a colon and a port.";
    }

    /// <summary>Every broker with its port, as the client wants them.</summary>
    public static string Complete(string servers)
        => string.Join(',', servers.Split(',').Select(Parse).Select(server => string.Create(CultureInfo.InvariantCulture, $"{server.Host}:{server.Port}")));

    /// <summary>The first of them.</summary>
    public static (string Host, int Port) First(string servers) => Parse(servers.Split(',')[0]);

    private static bool IsServer(string server)
        => Uri.CheckHostName(Parse(server).Host.Trim('[', ']')) != UriHostNameType.Unknown && Parse(server).Port is > 0 and <= ushort.MaxValue;

    /// <summary>An IPv6 address stands in brackets.</summary>
    private static (string Host, int Port) Parse(string server)
    {
        server = server.Trim();
        var colon = server.LastIndexOf(':');
        return colon <= server.LastIndexOf(']') ? (server, DefaultPort)
            : (server[..colon], int.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0);
    }
}
