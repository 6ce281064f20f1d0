namespace Aldis.Sqs;

/// <summary>Several texts in one attribute, as in the query of a URI.</summary>
internal static class Note
{
    public static string Write(params ReadOnlySpan<(string Name, string? Value)> parts)
    {
        var written = new List<string>(parts.Length);
        foreach (var (name, value) in parts)
        {
            if (value is not null)
            {
                written.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }

        return string.Join('&', written);
    }

    public static Dictionary<string, string> Read(string? note)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in (note ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                parts[part[..equals]] = Uri.UnescapeDataString(part[(equals + 1)..]);
            }
        }

        return parts;
    }
}
