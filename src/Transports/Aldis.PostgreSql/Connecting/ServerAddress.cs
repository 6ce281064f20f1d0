using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Npgsql;

namespace Aldis.PostgreSql;

/// <summary>
/// What a connection string says: <c>postgres://user:password@host:5432/database?sslmode=verify-full</c>, or in the form of Npgsql,
/// <c>Host=…;Username=…;Password=…;Database=…</c>. As text it has neither the user nor the password.
/// <para>
/// TLS is either off or it looks at who is on the other side. Where nothing is said it is off on this machine and <c>verify-full</c> elsewhere; <c>require</c>, which
/// takes any certificate, is raised to <c>verify-full</c>; <c>allow</c> and <c>prefer</c>, which go on in plain text if the other side wants it, are refused.
/// </para>
/// </summary>
internal sealed class ServerAddress
{
    private const int DefaultPort = 5432;

    private readonly NpgsqlConnectionStringBuilder _said;

    private ServerAddress(NpgsqlConnectionStringBuilder said) => _said = said;

    /// <summary>The first of its hosts.</summary>
    public string Host => HostOf(Hosts[0]);

    /// <summary>The port of the first of its hosts.</summary>
    public int Port => PortOf(Hosts[0]) ?? _said.Port;

    private string[] Hosts => _said.Host!.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>A copy of all that it says, to be completed.</summary>
    public NpgsqlConnectionStringBuilder ToBuilder() => new(_said.ConnectionString);

    public override string ToString()
        => $"postgres://{string.Join(',', Hosts.Select(host => $"{HostOf(host)}:{PortOf(host) ?? _said.Port}"))}/{System.Uri.EscapeDataString(_said.Database ?? "")}";

    /// <summary>Reads a connection string of either form. What it complains of never shows a part that may be a secret.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ServerAddress? address, [NotNullWhen(false)] out string? why)
    {
        address = null;
        var said = ServerUri.Is(text) ? ServerUri.Read(text, out why) : ReadKeywords(text, out why);
        if (said is null)
        {
            why ??= "It cannot be read.";
            return false;
        }

        why = Complete(said);
        address = why is null ? new ServerAddress(said) : null;
        return address is not null;
    }

    private static NpgsqlConnectionStringBuilder? ReadKeywords(string? text, out string? why)
    {
        why = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            why = "It is empty.";
            return null;
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            // The client's own message may show what it could not read, and that may be the password.
            why = "It begins with neither 'postgres://' nor 'postgresql://', and it is no list of keywords that Npgsql knows (Host=…;Username=…).";
            return null;
        }
    }

    /// <summary>Says what was left open, and what is wrong, or null.</summary>
    private static string? Complete(NpgsqlConnectionStringBuilder said)
    {
        if (string.IsNullOrWhiteSpace(said.Host) || said.Host.Split(',').Any(string.IsNullOrWhiteSpace))
        {
            return "It names no host.";
        }

        if (string.IsNullOrEmpty(said.Database))
        {
            return "It names no database.";
        }

        said.PersistSecurityInfo = false;
        return CompleteTls(said);
    }

    private static string? CompleteTls(NpgsqlConnectionStringBuilder said)
    {
        if (!IsSaid(said, "SSL Mode"))
        {
            said.SslMode = said.Host!.Split(',', StringSplitOptions.TrimEntries).All(IsHere) ? SslMode.Disable : SslMode.VerifyFull;
            return null;
        }

        switch (said.SslMode)
        {
            case SslMode.Allow or SslMode.Prefer:
                return $"Its sslmode '{said.SslMode}' goes on in plain text if the other side wants it. Say 'verify-full', or 'disable' where the network is trusted.";
            case SslMode.Require:
                said.SslMode = SslMode.VerifyFull;
                break;
        }

        return null;
    }

    /// <summary>Whether a keyword stands in the string itself; the builder tells of the defaults as well.</summary>
    private static bool IsSaid(NpgsqlConnectionStringBuilder said, string word) => new DbConnectionStringBuilder { ConnectionString = said.ConnectionString }.ContainsKey(word);

    private static bool IsHere(string host)
        => host.StartsWith('/') || host.StartsWith('@') || HostOf(host) is var name
            && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));

    private static string HostOf(string host) => PortOf(host) is null ? host : host[..host.LastIndexOf(':')];

    private static int? PortOf(string host)
        => host.LastIndexOf(':') is > 0 and var colon && colon > host.LastIndexOf(']') && host.AsSpan(0, colon).IndexOf(':') < 0 | host[0] == '['
            && int.TryParse(host.AsSpan(colon + 1), out var port) ? port : null;
}
