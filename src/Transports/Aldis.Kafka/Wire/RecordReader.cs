using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aldis.Events;
using Confluent.Kafka;
using KafkaHeaders = Confluent.Kafka.Headers;

namespace Aldis.Kafka;

/// <summary>Reads records: CloudEvents in binary or structured mode.</summary>
internal static class RecordReader
{
    /// <summary>What is too large is for the bus to judge, whose limits are above this.</summary>
    private static readonly EventLimits _limits = new() { MaxBodyBytes = int.MaxValue, MaxHeaders = 1000, MaxHeaderBytes = 1 << 20 };

    /// <summary>The event of a record.</summary>
    /// <param name="message">The record.</param>
    /// <param name="topic">The topic of the event.</param>
    /// <param name="time">The clock for an event that does not say when it was published.</param>
    /// <exception cref="AldisException">It is none.</exception>
    public static Envelope Event(Message<byte[], byte[]> message, TopicName topic, TimeProvider time)
    {
        var envelope = Read(message, topic, time);
        return envelope.Key is null && KeyOf(message.Key) is { } key ? envelope with { Key = key } : envelope;
    }

    /// <summary>A record that is no event, as one, so that it can be kept with its bytes. Read twice, it has the same id.</summary>
    public static Envelope Unreadable(ConsumeResult<byte[], byte[]> record, TopicName topic, TimeProvider time)
    {
        var source = $"/kafka/{record.Topic}/{record.Partition.Value}/{record.Offset.Value}";
        return new Envelope
        {
            Id = IdOf(source), Topic = topic, Type = "unreadable", Source = source, Time = time.GetUtcNow(), Key = KeyOf(record.Message.Key),
            ContentType = "application/octet-stream", Body = record.Message.Value ?? [],
        };
    }

    /// <summary>A UUID of version 8 (RFC 9562): bits of the maker's own choice.</summary>
    private static EventId IdOf(string source)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, EventId.ByteLength);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return EventId.FromBytes(hash);
    }

    /// <summary>Which attempt comes, and when it may.</summary>
    public static (int Attempt, DateTimeOffset? Due) Retry(Message<byte[], byte[]> message)
    {
        var due = Number(message.Headers, RecordMarks.Due);
        return ((int)Math.Clamp(Number(message.Headers, RecordMarks.Attempt) ?? 1, 1, int.MaxValue), due is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(due.Value, 0, 253402300799999)));
    }

    /// <summary>A dead letter; null for what is none: a tombstone, or a record of somebody else.</summary>
    /// <exception cref="AldisException">Its event cannot be read.</exception>
    public static DeadLetter? Dead(Message<byte[], byte[]> message, TopicName topic, GroupName group, TimeProvider time)
    {
        if (Text(message.Headers, RecordMarks.Died) is not { } died)
        {
            return null;
        }

        var headers = message.Headers;
        return new DeadLetter(Read(message, topic, time), group, (int)(Number(headers, RecordMarks.Attempts) ?? 1), Text(headers, RecordMarks.Reason) ?? "", Text(headers, RecordMarks.Error),
            DateTimeOffset.Parse(died, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)) { Where = Text(headers, RecordMarks.Where) ?? "" };
    }

    /// <summary>The text of a header that comes last under its name, or null.</summary>
    public static string? Text(KafkaHeaders? headers, string name)
        => headers?.TryGetLastBytes(name, out var value) == true && value is not null ? Encoding.UTF8.GetString(value) : null;

    private static Envelope Read(Message<byte[], byte[]> message, TopicName topic, TimeProvider time)
        => EventHeaders.TryRead(message.Headers, message.Value ?? [], topic)
            ?? CloudEventBinding.Kafka.Read(Texts(message.Headers), Text(message.Headers, RecordWriter.ContentType), message.Value ?? [], time, topic, _limits);

    private static long? Number(KafkaHeaders? headers, string name)
        => long.TryParse(Text(headers, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IEnumerable<KeyValuePair<string, string>> Texts(KafkaHeaders? headers)
    {
        foreach (var header in headers ?? [])
        {
            if (header.Key != RecordWriter.ContentType && !header.Key.StartsWith(RecordMarks.Prefix, StringComparison.Ordinal))
            {
                yield return new(header.Key, Encoding.UTF8.GetString(header.GetValueBytes() ?? []));
            }
        }
    }

    /// <summary>The key of a record that another program has written, if it is a text that a key can be.</summary>
    private static string? KeyOf(byte[]? key)
    {
        if (key is not { Length: > 0 })
        {
            return null;
        }

        try
        {
            var text = _strict.GetString(key);
            return text.Length <= EventLimits.MaxKeyLength && !text.Any(char.IsControl) ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
