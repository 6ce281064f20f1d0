using System.Text;
using Aldis.Events;
using Npgsql;

namespace Aldis.PostgreSql;

/// <summary>An envelope as values of columns, and back.</summary>
internal static class EnvelopeText
{
    private const string UsualContentType = "application/json";

    public static string? TypeOf(Envelope envelope) => envelope.Type == envelope.Topic.Value ? null : envelope.Type;

    public static string? ContentTypeOf(Envelope envelope) => envelope.ContentType == UsualContentType ? null : envelope.ContentType;

    /// <summary>A header has no control character, so lines separate them safely.</summary>
    public static string? Join(Headers headers)
    {
        if (headers.Count == 0)
        {
            return null;
        }

        var lines = new StringBuilder();
        foreach (var (name, value) in headers)
        {
            lines.Append(name).Append(':').Append(value).Append('\n');
        }

        return lines.ToString();
    }

    /// <summary>Reads an envelope.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">The first of its columns.</param>
    /// <param name="topic">The topic.</param>
    public static Envelope Read(NpgsqlDataReader row, int first, TopicName topic) => new()
    {
        Id = new EventId(row.GetGuid(first)),
        Topic = topic,
        Type = Text(row, first + 1) ?? topic.Value,
        Source = row.GetString(first + 2),
        Time = new DateTimeOffset(Math.Clamp(row.GetInt64(first + 3), 0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
        Key = Text(row, first + 4),
        ContentType = Text(row, first + 5) ?? UsualContentType,
        Headers = Split(Text(row, first + 6)),
        Body = row.GetFieldValue<byte[]>(first + 7),
    };

    public static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>A text that PostgreSQL takes: an error may have characters that it does not.</summary>
    public static string? Storable(string? text)
    {
        if (text is null || (!text.Contains('\0', StringComparison.Ordinal) && !text.Any(char.IsSurrogate)))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }

    private static Headers Split(string? lines)
    {
        if (lines is null)
        {
            return Headers.Empty;
        }

        var headers = new List<(string, string)>();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add((line[..Math.Max(colon, 0)], line[(colon + 1)..]));
        }

        return Headers.Of([.. headers]);
    }
}
