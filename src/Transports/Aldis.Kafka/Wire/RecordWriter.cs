using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Aldis.Events;
using Aldis.Transports;
using Confluent.Kafka;
using KafkaHeaders = Confluent.Kafka.Headers;

namespace Aldis.Kafka;

/// <summary>Writes events as records: CloudEvents 1.0 in the binary mode of its Kafka binding.</summary>
internal static class RecordWriter
{
    /// <summary>The name of the content type in that binding.</summary>
    public const string ContentType = "content-type";

    /// <summary>An event for its topic.</summary>
    public static Message<byte[], byte[]> Event(Envelope envelope)
    {
        var key = envelope.Key is null ? null : Encoding.UTF8.GetBytes(envelope.Key);
        return Make(envelope, key, key);
    }

    /// <summary>An event for the retry topic of a group.</summary>
    public static Message<byte[], byte[]> Retry(Envelope envelope, int attempt, DateTimeOffset due)
    {
        var message = Event(envelope);
        Mark(message, RecordMarks.Attempt, attempt.ToString(CultureInfo.InvariantCulture));
        Mark(message, RecordMarks.Due, due.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        return message;
    }

    /// <summary>A dead letter. Its key, by which it is taken away again, is the event's id with another one for this death: an event that is redriven may die again.</summary>
    public static Message<byte[], byte[]> Dead(Delivery delivery, Verdict verdict, TimeProvider time)
    {
        var envelope = delivery.Envelope;
        var message = Make(envelope, Encoding.ASCII.GetBytes($"{envelope.Id}/{EventId.New(time)}"), envelope.Key is null ? null : Encoding.UTF8.GetBytes(envelope.Key));
        Mark(message, RecordMarks.Attempts, delivery.Attempt.ToString(CultureInfo.InvariantCulture));
        Mark(message, RecordMarks.Reason, verdict.Reason ?? "");
        Mark(message, RecordMarks.Died, time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Mark(message, RecordMarks.Where, DeadLetter.Here);
        if (verdict.Error is { } error)
        {
            Mark(message, RecordMarks.Error, error);
        }

        return message;
    }

    /// <summary>Takes a dead letter away.</summary>
    public static Message<byte[], byte[]> Tombstone(byte[] key) => new() { Key = key, Value = null! };

    private static Message<byte[], byte[]> Make(Envelope envelope, byte[]? recordKey, byte[]? key)
        => new() { Key = recordKey!, Value = Bytes(envelope.Body), Headers = EventHeaders.TryWrite(envelope, key) ?? Headers(envelope) };

    private static KafkaHeaders Headers(Envelope envelope)
    {
        var headers = new KafkaHeaders { { ContentType, Encoding.UTF8.GetBytes(envelope.ContentType) } };
        foreach (var (name, value) in CloudEventBinding.Kafka.Write(envelope))
        {
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        }

        return headers;
    }

    private static void Mark(Message<byte[], byte[]> message, string name, string value) => message.Headers.Add(name, Encoding.UTF8.GetBytes(value));

    /// <summary>The client copies the bytes before the call ends, so that they need no copy of their own where they fill their array.</summary>
    private static byte[] Bytes(ReadOnlyMemory<byte> body)
        => MemoryMarshal.TryGetArray(body, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : body.ToArray();
}
