using System.Buffers.Text;
using System.Text;
using Aldis.Events;
using KafkaHeaders = Confluent.Kafka.Headers;

namespace Aldis.Kafka;

/// <summary>
/// The attributes of the usual event as headers, there and back: what <see cref="CloudEventBinding.Kafka"/> says, in a fraction of its time, for it makes neither texts nor tables on the way.
/// What is not usual (extensions, other headers, structured mode, ids of other programs) is left to the binding. Safe for any thread.
/// </summary>
internal static class EventHeaders
{
    private const string ContentType = RecordWriter.ContentType;
    private const string SpecVersion = "ce_specversion";
    private const string Id = "ce_id";
    private const string Source = "ce_source";
    private const string Type = "ce_type";
    private const string Time = "ce_time";
    private const string Key = "ce_partitionkey";

    private static readonly byte[] _version = "1.0"u8.ToArray();

    /// <summary>A program has few sources, types and content types, and each of its events names one of each.</summary>
    private static readonly Recent _sources = new();
    private static readonly Recent _types = new();
    private static readonly Recent _contentTypes = new();

    /// <summary>Writes the attributes of an event, if it is a usual one.</summary>
    /// <returns>The headers, or null.</returns>
    public static KafkaHeaders? TryWrite(Envelope envelope, byte[]? key)
    {
        if (envelope.Headers.Count > 0)
        {
            return null;
        }

        var id = new byte[36];
        Utf8Formatter.TryFormat(envelope.Id.Value, id, out _);
        Span<byte> time = stackalloc byte[CloudEventTime.MaxLength];
        var length = CloudEventTime.Write(envelope.Time, time);
        var headers = new KafkaHeaders
        {
            { ContentType, _contentTypes.BytesOf(envelope.ContentType) }, { SpecVersion, _version }, { Id, id }, { Source, _sources.BytesOf(envelope.Source) },
            { Type, _types.BytesOf(envelope.Type) }, { Time, time[..length].ToArray() },
        };
        if (key is not null)
        {
            headers.Add(Key, key);
        }

        return headers;
    }

    /// <summary>Reads a record, if it is that of a usual event.</summary>
    /// <returns>The event, or null.</returns>
    public static Envelope? TryRead(KafkaHeaders? headers, byte[] body, TopicName topic)
    {
        string? contentType = null, source = null, type = null, key = null;
        Guid? id = null;
        DateTimeOffset? time = null;
        var isVersion1 = false;
        for (var index = 0; index < (headers?.Count ?? 0); index++)
        {
            var header = headers![index];
            var value = header.GetValueBytes() ?? [];
            switch (header.Key)
            {
                case ContentType when contentType is null:
                    contentType = _contentTypes.TextOf(value);
                    break;
                case SpecVersion when !isVersion1 && value.AsSpan().SequenceEqual("1.0"u8):
                    isVersion1 = true;
                    break;
                case Id when id is null && Utf8Parser.TryParse(value, out Guid parsed, out var used) && used == 36 && used == value.Length && IsLower(value):
                    id = parsed;
                    break;
                case Source when source is null:
                    source = _sources.TextOf(value);
                    break;
                case Type when type is null:
                    type = _types.TextOf(value);
                    break;
                case Time when time is null && CloudEventTime.TryRead(value, out var read):
                    time = read;
                    break;
                case Key when key is null:
                    key = Encoding.UTF8.GetString(value);
                    break;
                default:
                    return null;
            }
        }

        if (!isVersion1 || id is null || time is null || !IsPlain(source) || !IsPlain(type) || !IsPlain(contentType) || IsStructured(contentType!)
            || (key is not null && (key.Length > EventLimits.MaxKeyLength || !IsPlain(key))))
        {
            return null;
        }

        return new Envelope { Id = new EventId(id.Value), Topic = topic, Type = type!, Source = source!, Time = time.Value, Key = key, ContentType = contentType!, Body = body };
    }

    /// <summary>What is too long, or would break a line of a log, has its error from the binding.</summary>
    private static bool IsPlain(string? text)
    {
        if (text is not { Length: > 0 and <= EventLimits.MaxAttributeLength })
        {
            return false;
        }

        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsStructured(string contentType) => contentType.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase);

    private static bool IsLower(ReadOnlySpan<byte> text) => !text.ContainsAnyInRange((byte)'A', (byte)'F');

    /// <summary>A text and its bytes, the last ones that were used. Whoever comes at the same time makes them anew.</summary>
    private sealed class Recent
    {
        private Pair _last = new("", []);

        public byte[] BytesOf(string text)
        {
            var last = Volatile.Read(ref _last);
            if (last.Text != text)
            {
                Volatile.Write(ref _last, last = new Pair(text, Encoding.UTF8.GetBytes(text)));
            }

            return last.Bytes;
        }

        public string TextOf(byte[] bytes)
        {
            var last = Volatile.Read(ref _last);
            if (!last.Bytes.AsSpan().SequenceEqual(bytes))
            {
                Volatile.Write(ref _last, last = new Pair(Encoding.UTF8.GetString(bytes), bytes));
            }

            return last.Text;
        }

        private sealed record Pair(string Text, byte[] Bytes);
    }
}
