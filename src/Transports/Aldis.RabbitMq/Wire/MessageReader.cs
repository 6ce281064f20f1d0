using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Aldis.Events;
using RabbitMQ.Client;

namespace Aldis.RabbitMq;

/// <summary>Reads messages as events. One caller at a time.</summary>
internal sealed class MessageReader(TimeProvider time)
{
    /// <summary>The bus has its own limits, and says them where a dead letter can be made of what is over them.</summary>
    private static readonly EventLimits _limits = new() { MaxBodyBytes = int.MaxValue - 8, MaxHeaders = 1024, MaxHeaderBytes = 1 << 20 };

    /// <summary>Source and type are the same in most messages of a queue.</summary>
    private readonly Repeated _source = new();
    private readonly Repeated _type = new();

    /// <summary>Reads a message.</summary>
    /// <param name="properties">Its properties.</param>
    /// <param name="body">Its body; not copied.</param>
    /// <param name="topic">The topic it came on.</param>
    /// <exception cref="AldisException">It is no event.</exception>
    public Envelope Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, TopicName topic)
        => ReadOwn(properties, body, topic) ?? CloudEventBinding.Amqp.Read(Texts(properties.Headers), properties.ContentType, body, time, topic, _limits);

    /// <summary>A number that this transport or the broker has put beside the event; 0 where there is none.</summary>
    public static long Number(IReadOnlyBasicProperties properties, string name) => properties.Headers?.TryGetValue(name, out var value) == true
        ? value switch { long number => number, int number => number, short number => number, byte number => number, uint number => number, _ => 0 }
        : 0;

    /// <summary>A text that this transport has put beside the event, or null.</summary>
    public static string? Text(IReadOnlyBasicProperties properties, string name)
        => properties.Headers?.TryGetValue(name, out var value) == true && value is byte[] text ? Encoding.UTF8.GetString(text) : null;

    /// <summary>An event without headers, as <see cref="MessageWriter"/> writes it; null for any other, which the binding reads.</summary>
    private Envelope? ReadOwn(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, TopicName topic)
    {
        var (id, at, known) = (default(Guid), default(DateTimeOffset), 0);
        string? source = null, type = null, key = null;
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>())
        {
            if (value is not byte[] text)
            {
                if (name.Contains(':', StringComparison.Ordinal) || name.StartsWith("x-", StringComparison.Ordinal))
                {
                    continue;
                }

                return null;
            }

            switch (name)
            {
                case Names.SpecVersion when text is [(byte)'1', (byte)'.', (byte)'0']:
                    known++;
                    break;
                case Names.Id when Utf8Parser.TryParse(text, out id, out var read, 'D') && read == text.Length:
                    known++;
                    break;
                case Names.Source when text.Length > 0:
                    (source, known) = (_source.Of(text), known + 1);
                    break;
                case Names.Type when text.Length > 0:
                    (type, known) = (_type.Of(text), known + 1);
                    break;
                case Names.Time when CloudEventTime.TryRead(text, out at):
                    known++;
                    break;
                case Names.Key:
                    key = Encoding.UTF8.GetString(text);
                    break;
                default:
                    if (!IsNote(name))
                    {
                        return null;
                    }

                    break;
            }
        }

        return known != 5 || properties.ContentType is not { } contentType || contentType.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase)
            ? null
            : new Envelope { Id = new EventId(id), Topic = topic, Type = type!, Source = source!, Time = at, Key = key, ContentType = contentType, Body = body };
    }

    /// <summary>What the transport, the broker and its client add to an event is none of its headers.</summary>
    private static bool IsNote(string name) => name.StartsWith("aldis:", StringComparison.Ordinal) || IsOfBroker(name);

    private static bool IsOfBroker(string name) => name is Names.DeliveryCount or Names.Deaths or "x-acquired-count" or "x-dotnet-pub-seq-no"
        || name.StartsWith("x-first-death-", StringComparison.Ordinal) || name.StartsWith("x-last-death-", StringComparison.Ordinal)
        || name.StartsWith("x-opt-rabbitmq", StringComparison.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> Texts(IDictionary<string, object?>? headers)
    {
        foreach (var (name, value) in headers ?? new Dictionary<string, object?>())
        {
            var text = value switch
            {
                byte[] bytes => Encoding.UTF8.GetString(bytes),
                bool flag => flag ? "true" : "false",
                sbyte or byte or short or ushort or int or uint or long => Convert.ToString(value, CultureInfo.InvariantCulture),
                _ => null,
            };
            if (text is not null && !IsNote(name))
            {
                yield return new(name, text);
            }
        }
    }

    /// <summary>Makes one text of many equal ones.</summary>
    private sealed class Repeated
    {
        private byte[] _bytes = [];
        private string _text = "";

        public string Of(byte[] bytes)
        {
            if (!bytes.AsSpan().SequenceEqual(_bytes))
            {
                (_bytes, _text) = (bytes, Encoding.UTF8.GetString(bytes));
            }

            return _text;
        }
    }
}
