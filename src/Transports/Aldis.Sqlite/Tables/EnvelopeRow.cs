using System.Text;
using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>An envelope as columns. What is the same for nearly every event (the type, the media type, no headers) is stored as null.</summary>
internal static class EnvelopeRow
{
    /// <summary>The columns, in the order in which they are bound and read. A header has no control character, so lines separate them safely.</summary>
    public const string Columns = "id, type, source, time, key, content_type, headers, body, sum";

    /// <summary>Whether the column of the id has one.</summary>
    public const string HasId = "typeof(id) = 'blob' AND length(id) = 16";

    /// <summary>A sum that no event has, of four bytes as they are: what is not an event, or has not its own id, must never be taken for one.</summary>
    public const string NoSum = "4294967296";

    /// <summary>
    /// The same columns of a row whose values may have changed their types, where a bit of the disk has: what else would not fit into another table. Parameter 11 is
    /// the id where there is none.
    /// </summary>
    public const string ForcedColumns = $"""
        CASE WHEN {HasId} THEN id ELSE ?11 END, CAST(type AS TEXT), ifnull(CAST(source AS TEXT), ''), ifnull(CAST(time AS INTEGER), 0),
        CAST(key AS TEXT), CAST(content_type AS TEXT), CAST(headers AS TEXT), ifnull(CAST(body AS BLOB), x''), CASE WHEN {HasId} THEN CAST(sum AS INTEGER) ELSE {NoSum} END
        """;

    /// <summary>How many columns there are.</summary>
    public const int ColumnCount = 9;

    /// <summary>Which of the columns is the key.</summary>
    public const int KeyColumn = 4;

    private const string UsualContentType = "application/json";

    public static Statement Bind(Statement statement, int first, Envelope envelope)
    {
        Span<byte> id = stackalloc byte[EventId.ByteLength];
        envelope.Id.Value.TryWriteBytes(id, bigEndian: true, out _);
        var type = envelope.Type == envelope.Topic.Value ? null : envelope.Type;
        var contentType = envelope.ContentType == UsualContentType ? null : envelope.ContentType;
        var headers = Join(envelope.Headers);
        return statement
            .Bind(first, id)
            .Bind(first + 1, type)
            .Bind(first + 2, envelope.Source)
            .Bind(first + 3, envelope.Time.UtcTicks)
            .Bind(first + 4, envelope.Key)
            .Bind(first + 5, contentType)
            .Bind(first + 6, headers)
            .Bind(first + 7, envelope.Body.Span)
            .Bind(first + 8, Sum(id, type, envelope.Source, envelope.Time.UtcTicks, envelope.Key, contentType, headers, envelope.Body.Span));
    }

    /// <summary>Reads an event as it was stored.</summary>
    /// <exception cref="DamagedEventException">It is not what was stored.</exception>
    public static Envelope Read(Statement row, int first, TopicName topic)
    {
        try
        {
            Check(row, first);
            return Read(row, first, topic, Split(row.TextOrNull(first + 6)));
        }
        catch (Exception error) when (error is ArgumentException or AldisException and not (DamagedEventException or TransportException))
        {
            throw new DamagedEventException(error.Message, error);
        }
    }

    /// <summary>Reads what there is of an event that is not what was stored, to be looked at.</summary>
    public static Envelope ReadDamaged(Statement row, int first, TopicName topic)
    {
        try
        {
            return Read(row, first, topic, Split(row.TextOrNull(first + 6)));
        }
        catch (Exception error) when (error is ArgumentException or AldisException and not TransportException)
        {
            return Read(row, first, topic, Headers.Empty);
        }
    }

    private static Envelope Read(Statement row, int first, TopicName topic, Headers headers) => new()
    {
        Id = row.Bytes(first) is { Length: EventId.ByteLength } id ? EventId.FromBytes(id) : default,
        Topic = topic,
        Type = row.TextOrNull(first + 1) ?? topic.Value,
        Source = row.Text(first + 2),
        Time = new DateTimeOffset(Math.Clamp(row.Int64(first + 3), 0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
        Key = row.TextOrNull(first + KeyColumn),
        ContentType = row.TextOrNull(first + 5) ?? UsualContentType,
        Headers = headers,
        Body = row.Bytes(first + 7),
    };

    /// <summary>Files of earlier versions have events without a sum: these are looked at as far as they can be.</summary>
    private static void Check(Statement row, int first)
    {
        var id = row.Blob(first);
        if (id.Length != EventId.ByteLength)
        {
            throw new DamagedEventException($"Its id has {id.Length} bytes.");
        }

        if (!row.IsNull(first + 8) && row.Int64(first + 8) != Sum(id, row.TextOrNull(first + 1), row.Text(first + 2), row.Int64(first + 3), row.TextOrNull(first + KeyColumn),
            row.TextOrNull(first + 5), row.TextOrNull(first + 6), row.Blob(first + 7)))
        {
            throw new DamagedEventException("Its check sum is another one.");
        }
    }

    private static int Sum(
        ReadOnlySpan<byte> id, string? type, string source, long time, string? key, string? contentType, string? headers, ReadOnlySpan<byte> body)
        => new EnvelopeSum().Add(id).Add(type).Add(source).Add(time).Add(key).Add(contentType).Add(headers).Add(body).Value;

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
            return colon < 0 ? throw new DamagedEventException("It has a header without a value.") : (line[..colon], line[(colon + 1)..]);
        });
        return Headers.Of([.. items]);
    }
}
