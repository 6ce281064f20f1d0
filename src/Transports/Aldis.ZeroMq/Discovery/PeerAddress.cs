using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Aldis.ZeroMq;

/// <summary>Where a process listens: a name or an address, and a port.</summary>
/// <param name="Host">A DNS name, an IPv4 address, or an IPv6 address without brackets.</param>
/// <param name="Port">The port; 0 for one that is free.</param>
internal sealed record PeerAddress(string Host, int Port)
{
    private const string Beginning = "tcp://";

    /// <summary>Whether it is this machine's alone.</summary>
    public bool IsLoopback => IPAddress.TryParse(Host, out var address) ? IPAddress.IsLoopback(address) : Host.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it stands for every address of this machine.</summary>
    public bool IsAny => IPAddress.TryParse(Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <summary>The host as it stands in an address.</summary>
    public string HostText => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    /// <summary>As a socket wants it.</summary>
    public string Endpoint => $"{Beginning}{this}";

    /// <summary>Reads <c>host:port</c>, <c>[::1]:port</c>, also with <c>tcp://</c> before it.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PeerAddress? address)
    {
        address = null;
        var rest = (text ?? "").Trim();
        rest = rest.StartsWith(Beginning, StringComparison.OrdinalIgnoreCase) ? rest[Beginning.Length..] : rest;
        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        var host = rest[..colon].Trim('[', ']');
        var kind = Uri.CheckHostName(host);
        if (kind == UriHostNameType.Unknown)
        {
            return false;
        }

        address = new PeerAddress(host, port);
        return true;
    }

    /// <summary>Reads what was found to be an address when the options were checked.</summary>
    public static PeerAddress Parse(string text) => TryParse(text, out var address) ? address : throw new FormatException("It is no address.");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{HostText}:{Port}");
}
