using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Aldis.PostgreSql;

/// <summary>A URI of a server, as the other clients of PostgreSQL write it (libpq, 34.1.1.2), in the words of Npgsql.</summary>
internal static class ServerUri
{
    private static readonly Dictionary<string, string> _words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode", ["sslrootcert"] = "Root Certificate", ["sslcert"] = "SSL Certificate", ["sslkey"] = "SSL Key", ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout", ["target_session_attrs"] = "Target Session Attributes", ["options"] = "Options",
    };

    public static bool Is([NotNullWhen(true)] string? text)
        => text is not null && (text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase));

    public static NpgsqlConnectionStringBuilder? Read(string uri, out string? why)
    {
        var rest = uri[(uri.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var (place, query) = question < 0 ? (rest, "") : (rest[..question], rest[(question + 1)..]);
        var slash = place.LastIndexOf('/');
        var (authority, database) = slash < 0 ? (place, "") : (place[..slash], place[(slash + 1)..]);
        var at = authority.LastIndexOf('@');
        var said = new NpgsqlConnectionStringBuilder { Host = System.Uri.UnescapeDataString(authority[(at + 1)..]), Database = System.Uri.UnescapeDataString(database) };
        if (at >= 0)
        {
            var login = authority[..at].Split(':', 2);
            said.Username = System.Uri.UnescapeDataString(login[0]);
            said.Password = login.Length > 1 ? System.Uri.UnescapeDataString(login[1]) : null;
        }

        why = ReadQuery(query, said);
        return why is null ? said : null;
    }

    private static string? ReadQuery(string query, NpgsqlConnectionStringBuilder said)
    {
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = part.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals ? (part[..equals], part[(equals + 1)..]) : (part, "");
            name = System.Uri.UnescapeDataString(name);
            if (!_words.TryGetValue(name, out var word))
            {
                return $"It has a parameter that is not known; those known are {string.Join(", ", _words.Keys)}.";
            }

            try
            {
                value = System.Uri.UnescapeDataString(value);
                said[word] = word == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
            }
            catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
            {
                return $"Its parameter '{name}' has a value that does not mean anything.";
            }
        }

        return null;
    }
}
