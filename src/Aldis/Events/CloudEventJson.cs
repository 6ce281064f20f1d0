using System.Buffers;
using System.Text.Json;

namespace Aldis.Events;

/// <summary>
/// CloudEvents 1.0 in JSON: an event with its attributes as one object, and batches of them. Attributes of other types than text are kept in the form
/// of the specification's type system ("true", "42", base64). Safe for any thread.
/// </summary>
public static class CloudEventJson
{
    /// <summary>The media type of one event.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>The media type of a batch.</summary>
    public const string BatchContentType = "application/cloudevents-batch+json";

    internal const string DefaultDataType = "application/json";

    /// <summary>The attribute with the headers whose names cannot be attributes: names and values percent-encoded, as in the query of a URI.</summary>
    internal const string OtherHeaders = "aldisheaders";

    internal const string Data = "data";
    internal const string DataBase64 = "data_base64";

    /// <summary>Writes an event. A body of JSON is written byte by byte as it is; any other in base64.</summary>
    /// <param name="envelope">The event.</param>
    public static byte[] Write(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return Written(writer => Write(writer, envelope));
    }

    /// <summary>Writes events as a batch, in their order.</summary>
    /// <param name="envelopes">The events.</param>
    public static byte[] WriteBatch(IEnumerable<Envelope> envelopes)
    {
        ArgumentNullException.ThrowIfNull(envelopes);
        return Written(writer =>
        {
            writer.WriteStartArray();
            foreach (var envelope in envelopes)
            {
                Write(writer, envelope);
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Reads an event.</summary>
    /// <param name="json">The event in UTF-8. A body of JSON is a part of it, not a copy.</param>
    /// <param name="time">The clock for an event that does not say when it was published.</param>
    /// <param name="topic">The topic it came on; null to take it from the type.</param>
    /// <param name="limits">The limits; those of <see cref="EventLimits"/> by default.</param>
    /// <exception cref="AldisException">ALD1009: the text is not a CloudEvent. ALD1001 to ALD1004, ALD1008: a name, a header, the body or the key is not allowed.</exception>
    public static Envelope Read(ReadOnlyMemory<byte> json, TimeProvider time, TopicName? topic = null, EventLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new CloudEventJsonReader(json, time, topic, limits ?? new EventLimits()).ReadOnly();
    }

    /// <summary>Reads a batch.</summary>
    /// <param name="json">The batch in UTF-8.</param>
    /// <param name="time">The clock for events that do not say when they were published.</param>
    /// <param name="topic">The topic they came on; null to take it from each type.</param>
    /// <param name="limits">The limits; those of <see cref="EventLimits"/> by default.</param>
    /// <exception cref="AldisException">As <see cref="Read"/>; a batch with one bad event is refused as a whole.</exception>
    public static IReadOnlyList<Envelope> ReadBatch(ReadOnlyMemory<byte> json, TimeProvider time, TopicName? topic = null, EventLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new CloudEventJsonReader(json, time, topic, limits ?? new EventLimits()).ReadBatch();
    }

    /// <summary>Whether a message of this content type is an event in JSON mode.</summary>
    internal static bool Is(string? contentType) => MediaType(contentType).Equals(ContentType, StringComparison.OrdinalIgnoreCase);

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, Envelope envelope)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in CloudEventAttributes.Of(envelope))
        {
            writer.WriteString(name, value);
        }

        var others = string.Join('&', CloudEventAttributes.Others(envelope).Select(header => $"{Uri.EscapeDataString(header.Key)}={Uri.EscapeDataString(header.Value)}"));
        if (others.Length > 0)
        {
            writer.WriteString(OtherHeaders, others);
        }

        writer.WriteString(CloudEventAttributes.ContentType, envelope.ContentType);
        WriteBody(writer, envelope);
        writer.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter writer, Envelope envelope)
    {
        if (IsJson(envelope.ContentType) && IsOneValue(envelope.Body.Span))
        {
            writer.WritePropertyName(Data);
            writer.WriteRawValue(envelope.Body.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteBase64String(DataBase64, envelope.Body.Span);
        }
    }

    /// <summary>Whether the bytes are one JSON value and nothing beside it, so that they come back as they went.</summary>
    private static bool IsOneValue(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body[0] <= ' ' || body[^1] <= ' ')
        {
            return false;
        }

        try
        {
            // In a batch it stands two levels deeper.
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 62 });
            reader.Read();
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether data of this content type stands in the event as it is.</summary>
    internal static bool IsJson(string contentType)
    {
        var type = MediaType(contentType);
        return type.Equals(DefaultDataType, StringComparison.OrdinalIgnoreCase) || type.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlySpan<char> MediaType(string? contentType)
    {
        var text = contentType.AsSpan();
        var end = text.IndexOf(';');
        return (end < 0 ? text : text[..end]).Trim();
    }
}
