using System.Globalization;
using System.Text;
using System.Text.Json;
using Aldis.Errors;

namespace Aldis.Events;

/// <summary>Reads events in JSON mode from one text.</summary>
internal ref struct CloudEventJsonReader(ReadOnlyMemory<byte> text, TimeProvider time, TopicName? topic, EventLimits limits)
{
    private Utf8JsonReader _json = new(text.Span);

    /// <summary>The one event that the text is.</summary>
    public Envelope ReadOnly()
    {
        try
        {
            _json.Read();
            var envelope = Read();
            return _json.Read() ? throw CloudEventAttributes.Malformed("Something follows the event.") : envelope;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw NotJson();
        }
    }

    /// <summary>The events of the array that the text is.</summary>
    public IReadOnlyList<Envelope> ReadBatch()
    {
        var envelopes = new List<Envelope>();
        try
        {
            _json.Read();
            Expect(JsonTokenType.StartArray, "A batch is an array.");
            while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
            {
                envelopes.Add(Read());
            }

            return _json.Read() ? throw CloudEventAttributes.Malformed("Something follows the batch.") : envelopes;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw NotJson();
        }
    }

    private Envelope Read()
    {
        Expect(JsonTokenType.StartObject, "An event is an object.");
        var reader = new CloudEventReader(limits);
        var (contentType, data) = (CloudEventJson.DefaultDataType, default(Content?));
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var name = _json.GetString()!;
            _json.Read();
            switch (name)
            {
                case CloudEventJson.Data or CloudEventJson.DataBase64 when data is not null:
                    throw CloudEventAttributes.Malformed("It has its data twice.");
                case CloudEventJson.Data:
                    data = ReadData();
                    break;
                case CloudEventJson.DataBase64:
                    data = ReadBase64();
                    break;
                case CloudEventAttributes.ContentType:
                    contentType = ReadText(name);
                    break;
                case CloudEventJson.OtherHeaders:
                    ReadOthers(ReadText(name), reader);
                    break;
                default:
                    ReadAttribute(name, reader);
                    break;
            }
        }

        return reader.Make(topic, contentType, data?.Body(contentType) ?? ReadOnlyMemory<byte>.Empty, time);
    }

    private Content ReadData()
    {
        CheckBody(_json.TokenType == JsonTokenType.String ? _json.ValueSpan.Length : 0);
        var words = _json.TokenType == JsonTokenType.String ? _json.GetString() : null;
        var start = (int)_json.TokenStartIndex;
        _json.Skip();
        return new Content(text[start..(int)_json.BytesConsumed], words);
    }

    private readonly Content ReadBase64()
    {
        Expect(JsonTokenType.String, "data_base64 is text.");
        CheckBody(_json.ValueSpan.Length / 4 * 3);
        return _json.TryGetBytesFromBase64(out var bytes) ? new Content(bytes, null) : throw CloudEventAttributes.Malformed("Its data_base64 is not base64.");
    }

    private readonly string ReadText(string name)
    {
        Expect(JsonTokenType.String, $"{name} is text.");
        return ReadShort();
    }

    private readonly void ReadAttribute(string name, CloudEventReader reader)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.String:
                reader.Attribute(name, ReadShort());
                break;
            case JsonTokenType.True or JsonTokenType.False:
                reader.Attribute(name, _json.GetBoolean() ? "true" : "false");
                break;
            case JsonTokenType.Number when _json.TryGetInt32(out var number):
                reader.Attribute(name, number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                throw CloudEventAttributes.Malformed($"The attribute '{Printable.Of(name)}' is neither text, nor a whole number of 32 bits, nor true or false.");
        }
    }

    private static void ReadOthers(string headers, CloudEventReader reader)
    {
        foreach (var range in headers.AsSpan().Split('&'))
        {
            var pair = headers[range];
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                reader.Header(Uri.UnescapeDataString(pair[..equals]), Uri.UnescapeDataString(pair[(equals + 1)..]));
            }
        }
    }

    /// <summary>A text that goes into the attributes, which is looked at before it is copied.</summary>
    private readonly string ReadShort()
        => _json.ValueSpan.Length <= limits.MaxHeaderBytes
            ? _json.GetString()!
            : throw new AldisException(new Fault(ErrorCodes.HeadersTooLarge, $"An attribute has {_json.ValueSpan.Length:N0} bytes; the limit for all is {limits.MaxHeaderBytes:N0}."));

    private readonly void CheckBody(int length)
    {
        if (length > limits.MaxBodyBytes + 3)
        {
            throw new AldisException(new Fault(ErrorCodes.BodyTooLarge, $"The data of an event has {length:N0} bytes; the limit is {limits.MaxBodyBytes:N0}."));
        }
    }

    private readonly void Expect(JsonTokenType expected, string otherwise)
    {
        if (_json.TokenType != expected)
        {
            throw CloudEventAttributes.Malformed(otherwise);
        }
    }

    /// <summary>Without the reader's own message, which may hold a piece of the text.</summary>
    private static AldisException NotJson() => CloudEventAttributes.Malformed("It is not valid JSON in UTF-8, or nested too deeply.");

    /// <summary>The data as it stands, and the words it is where it is text. Which of them the body is, the content type says, which may come later.</summary>
    private sealed record Content(ReadOnlyMemory<byte> Bytes, string? Words)
    {
        public ReadOnlyMemory<byte> Body(string contentType) => Words is null || CloudEventJson.IsJson(contentType) ? Bytes : Encoding.UTF8.GetBytes(Words);
    }
}
