using System.Text;
using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>An envelope as columns. What is the same for nearly every event (the type, the media type, no headers) is stored as null.</summary>
internal static class EnvelopeRow
{
    /// <summary>The columns, in the order in which they are bound and read. A header has no control character, so lines separate them safely.</summary>
    public const string Columns = "id, type, source, time, key, content_type, headers, body";

    /// <summary>Which of the columns is the key.</summary>
    public const int KeyColumn = 4;

    private const string UsualContentType = "application/json";

    public static Statement Bind(Statement statement, int first, Envelope envelope)
    {
        Span<byte> id = stackalloc byte[EventId.ByteLength];
        envelope.Id.Value.TryWriteBytes(id, bigEndian: true, out _);
        return statement
            .Bind(first, id)
            .Bind(first + 1, envelope.Type == envelope.Topic.Value ? null : envelope.Type)
            .Bind(first + 2, envelope.Source)
            .Bind(first + 3, envelope.Time.UtcTicks)
            .Bind(first + 4, envelope.Key)
            .Bind(first + 5, envelope.ContentType == UsualContentType ? null : envelope.ContentType)
            .Bind(first + 6, Join(envelope.Headers))
            .Bind(first + 7, envelope.Body.Span);
    }

    public static Envelope Read(Statement row, int first, TopicName topic) => new()
    {
        Id = EventId.FromBytes(row.Bytes(first)),
        Topic = topic,
        Type = row.TextOrNull(first + 1) ?? topic.Value,
        Source = row.Text(first + 2),
        Time = new DateTimeOffset(row.Int64(first + 3), TimeSpan.Zero),
        Key = row.TextOrNull(first + KeyColumn),
        ContentType = row.TextOrNull(first + 5) ?? UsualContentType,
        Headers = Split(row.TextOrNull(first + 6)),
        Body = row.Bytes(first + 7),
    };

    private static string? Join(Headers headers)
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

    private static Headers Split(string? lines)
    {
        var items = (lines ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            return (line[..colon], line[(colon + 1)..]);
        });
        return Headers.Of([.. items]);
    }
}
