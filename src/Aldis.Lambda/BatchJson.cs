using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Aldis.Errors;

namespace Aldis.Lambda;

/// <summary>The JSON of a batch, and that of what has failed of it.</summary>
internal static class BatchJson
{
    public static IReadOnlyList<Record> Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return [.. document.RootElement.GetProperty("Records").EnumerateArray().Select(ReadRecord)];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AldisException(new Fault(ErrorCodes.NotACloudEvent, "What the function was called with is no batch of SQS.", error.Message, "Let SQS call the function, by an event source mapping."), error);
        }
    }

    public static byte[] Write(IEnumerable<string> failed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("batchItemFailures");
            foreach (var id in failed)
            {
                writer.WriteStartObject();
                writer.WriteString("itemIdentifier", id);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static Record ReadRecord(JsonElement record)
    {
        var isFifo = Text(record, "eventSourceARN")?.EndsWith(".fifo", StringComparison.Ordinal) == true;
        var system = record.TryGetProperty("attributes", out var said) ? said : default;
        return new Record(Text(record, "messageId") ?? throw new JsonException("A record has no messageId."), Text(record, "body") ?? "", [.. Attributes(record)],
            int.TryParse(Text(system, "ApproximateReceiveCount"), CultureInfo.InvariantCulture, out var receives) ? receives : 1, isFifo ? Text(system, "MessageGroupId") ?? "" : null);
    }

    private static IEnumerable<KeyValuePair<string, string>> Attributes(JsonElement record)
    {
        if (record.TryGetProperty("messageAttributes", out var attributes) && attributes.ValueKind == JsonValueKind.Object)
        {
            foreach (var attribute in attributes.EnumerateObject())
            {
                if (Text(attribute.Value, "stringValue") is { } text)
                {
                    yield return new(attribute.Name, text);
                }
            }
        }
    }

    private static string? Text(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
