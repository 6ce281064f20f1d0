using System.Diagnostics.CodeAnalysis;

namespace Aldis.RabbitMq;

/// <summary>What the URI of a broker says. As text it has neither the user nor the password.</summary>
internal sealed class BrokerAddress
{
    private const int Port = 5672;
    private const int TlsPort = 5671;

    private BrokerAddress(bool isTls, string user, string password, string virtualHost, IReadOnlyList<(string Host, int Port)> hosts)
        => (IsTls, User, Password, VirtualHost, Hosts) = (isTls, user, password, virtualHost, hosts);

    public bool IsTls { get; }

    public string User { get; }

    public string Password { get; }

    public string VirtualHost { get; }

    public IReadOnlyList<(string Host, int Port)> Hosts { get; }

    public override string ToString()
        => $"{(IsTls ? "amqps" : "amqp")}://{string.Join(',', Hosts.Select(host => $"{host.Host}:{host.Port}"))}/{System.Uri.EscapeDataString(VirtualHost)}";

    /// <summary>Reads a URI. What it complains of never shows a part that may be a secret.</summary>
    public static bool TryParse(string? uri, [NotNullWhen(true)] out BrokerAddress? address, [NotNullWhen(false)] out string? why)
    {
        address = null;
        uri ??= "";
        bool? isTls = uri.StartsWith("amqp://", StringComparison.OrdinalIgnoreCase) ? false : uri.StartsWith("amqps://", StringComparison.OrdinalIgnoreCase) ? true : null;
        if (isTls is not { } tls)
        {
            why = "It begins with neither 'amqp://' nor 'amqps://'.";
            return false;
        }

        var rest = uri[(uri.IndexOf("://", StringComparison.Ordinal) + 3)..];
        if (rest.AsSpan().IndexOfAny('?', '#') >= 0)
        {
            why = "It has a query ('?') or a fragment ('#'), which say nothing here. In a user or a password these are written %3F and %23.";
            return false;
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        if (path.AsSpan().IndexOfAny('/', '@') >= 0)
        {
            // What stands before the first '/' may be the beginning of a password: it is no host, and shown nowhere.
            why = "It has a second '/' or an '@' behind the first '/'. In a user, a password or the name of the virtual host these are written %2F and %40.";
            return false;
        }

        var at = authority.LastIndexOf('@');
        var login = at < 0 ? ["guest", "guest"] : authority[..at].Split(':', 2);
        var hosts = authority[(at + 1)..].Split(',').Select(host => ParseHost(host.Trim(), tls ? TlsPort : Port)).ToArray();
        if (Array.Exists(hosts, host => host is null))
        {
            why = "One of its hosts is empty, or has a port that is no number from 1 to 65535.";
            return false;
        }

        why = null;
        address = new BrokerAddress(tls, System.Uri.UnescapeDataString(login[0]), login.Length > 1 ? System.Uri.UnescapeDataString(login[1]) : "",
            path.Length == 0 ? "/" : System.Uri.UnescapeDataString(path), [.. hosts.Select(host => host!.Value)]);
        return true;
    }

    private static (string Host, int Port)? ParseHost(string text, int port)
    {
        // An address of IPv6 stands in brackets.
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        var host = end <= 0 ? text : text[..end];
        if (end > 0 && end < text.Length && (text[end] != ':' || !int.TryParse(text.AsSpan(end + 1), out port)))
        {
            return null;
        }

        host = host.Trim('[', ']');
        return host.Length == 0 || port is < 1 or > 65_535 || System.Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : (host, port);
    }
}
