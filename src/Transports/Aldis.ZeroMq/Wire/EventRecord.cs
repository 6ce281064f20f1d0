using System.Globalization;
using Aldis.Events;

namespace Aldis.ZeroMq;

/// <summary>An event on the wire: the attributes of a CloudEvents 1.0 event in a fixed order, its headers, its body.</summary>
internal static class EventRecord
{
    /// <summary>An event has no fewer bytes than this: its length, id, time, five texts' lengths and the number of headers.</summary>
    public const int LeastBytes = 4 + EventId.ByteLength + 8 + 4 * 2 + 2;

    public static void Write(ref MessageWriter writer, Envelope envelope)
    {
        var size = writer.Reserve();
        var start = writer.Length;
        Span<byte> id = stackalloc byte[EventId.ByteLength];
        envelope.Id.Value.TryWriteBytes(id, bigEndian: true, out _);
        writer.Bytes(id);
        writer.Int64(envelope.Time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks);
        writer.Text(envelope.Type);
        writer.Text(envelope.Source);
        writer.Text(envelope.ContentType);
        writer.Text(envelope.Key);
        writer.UInt16(envelope.Headers.Count);
        if (envelope.Headers.Count > 0)
        {
            foreach (var header in envelope.Headers)
            {
                writer.Text(header.Key);
                writer.Text(header.Value);
            }
        }

        writer.Bytes(envelope.Body.Span);
        writer.Fill(size, (uint)(writer.Length - start));
    }

    /// <summary>About how many bytes an event takes, so that messages stay small.</summary>
    public static int SizeOf(Envelope envelope) => LeastBytes + envelope.Body.Length + 128 + (envelope.Headers.Count == 0 ? 0 : envelope.Headers.ByteCount);

    /// <summary>The bytes of the next event, whole, so that what is behind it can be read even if it cannot.</summary>
    public static ReadOnlyMemory<byte> Next(ref MessageReader reader) => reader.Take(checked((int)Math.Min(reader.UInt32(), int.MaxValue)));

    /// <summary>Reads an event.</summary>
    /// <param name="record">What <see cref="Next"/> gave.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="texts">Texts that came before.</param>
    /// <exception cref="MalformedMessageException">It is none.</exception>
    /// <exception cref="AldisException">A header is not valid.</exception>
    public static Envelope Read(ReadOnlyMemory<byte> record, TopicName topic, RecentTexts texts)
    {
        var reader = MessageReader.OfPart(record);
        var id = EventId.FromBytes(reader.Take(EventId.ByteLength).Span);
        var time = TimeOf(reader.Int64());
        var type = texts.Type.Of(reader.TextBytes());
        var source = texts.Source.Of(reader.TextBytes());
        var contentType = texts.ContentType.Of(reader.TextBytes());
        var key = reader.TextOrNone();
        var count = reader.UInt16();
        return new Envelope
        {
            Id = id, Topic = topic, Type = type, Source = source, Time = time, Key = key, ContentType = contentType,
            Headers = count == 0 ? Headers.Empty : ReadHeaders(ref reader, count), Body = reader.Take(reader.Left),
        };
    }

    private static Headers ReadHeaders(ref MessageReader reader, int count)
    {
        if (count > reader.Left / 4)
        {
            throw new MalformedMessageException(string.Create(CultureInfo.InvariantCulture, $"It says that {count} headers follow, and is too short for that."));
        }

        var headers = new (string, string)[count];
        for (var index = 0; index < count; index++)
        {
            headers[index] = (reader.Text(), reader.Text());
        }

        return Headers.Of(headers);
    }

    private static DateTimeOffset TimeOf(long ticks)
    {
        var utc = DateTimeOffset.UnixEpoch.Ticks + (Int128)ticks;
        return utc >= 0 && utc <= DateTime.MaxValue.Ticks ? new DateTimeOffset((long)utc, TimeSpan.Zero) : throw new MalformedMessageException("Its time lies beyond all calendars.");
    }
}
