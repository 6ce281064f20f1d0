using System.Buffers;
using System.Text;

namespace Aldis.Events;

/// <summary>
/// How a protocol carries a CloudEvents 1.0 event in binary mode: the body is the message's body, its content type the message's content type, and each
/// attribute a header of the message with a prefix. Headers of the event that cannot be attributes are headers without the prefix. Reads structured
/// mode as well (<see cref="CloudEventJson"/>). Immutable; safe for any thread.
/// </summary>
public sealed class CloudEventBinding
{
    private static readonly SearchValues<char> _unescaped = SearchValues.Create([.. Enumerable.Range(' ' + 1, '~' - ' ').Select(code => (char)code).Where(character => !MustBeEscaped(character))]);

    private readonly string[] _prefixes;
    private readonly bool _escaped;

    private CloudEventBinding(bool escaped, params string[] prefixes) => (_escaped, _prefixes) = (escaped, prefixes);

    /// <summary>HTTP and NATS: <c>ce-</c>; what is not printable ASCII is percent-encoded, as the binding for HTTP says in 3.1.3.2.</summary>
    public static CloudEventBinding Http { get; } = new(escaped: true, "ce-");

    /// <summary>Kafka: <c>ce_</c>, values in UTF-8.</summary>
    public static CloudEventBinding Kafka { get; } = new(escaped: false, "ce_");

    /// <summary>AMQP 1.0 and 0-9-1: <c>cloudEvents:</c>; <c>cloudEvents_</c> is read too.</summary>
    public static CloudEventBinding Amqp { get; } = new(escaped: false, "cloudEvents:", "cloudEvents_");

    /// <summary>The headers of a message that carries an event in binary mode. The content type and the body are for the caller to set.</summary>
    /// <param name="envelope">The event.</param>
    public IEnumerable<KeyValuePair<string, string>> Write(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return CloudEventAttributes.Of(envelope).Select(attribute => KeyValuePair.Create(_prefixes[0] + attribute.Key, Escape(attribute.Value)))
            .Concat(CloudEventAttributes.Others(envelope).Select(header => KeyValuePair.Create(header.Key, Escape(header.Value))));
    }

    /// <summary>Reads a message in either mode.</summary>
    /// <param name="headers">The message's headers. Names are compared without regard to case. Those that are neither attributes nor valid headers of an event are left out.</param>
    /// <param name="contentType">The message's content type; null is <c>application/json</c>.</param>
    /// <param name="body">The message's body. It is not copied.</param>
    /// <param name="time">The clock for an event that does not say when it was published.</param>
    /// <param name="topic">The topic it came on; null to take it from the type.</param>
    /// <param name="limits">The limits; those of <see cref="EventLimits"/> by default.</param>
    /// <exception cref="AldisException">ALD1009: the message is not a CloudEvent. ALD1001 to ALD1004, ALD1008: a name, a header, the body or the key is not allowed.</exception>
    public Envelope Read(IEnumerable<KeyValuePair<string, string>> headers, string? contentType, ReadOnlyMemory<byte> body, TimeProvider time,
        TopicName? topic = null, EventLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (CloudEventJson.Is(contentType))
        {
            return CloudEventJson.Read(body, time, topic, limits);
        }

        var reader = new CloudEventReader(limits ?? new EventLimits());
        foreach (var (name, value) in headers)
        {
            if (Prefix(name) is { } prefix)
            {
                reader.Attribute(name[prefix.Length..].ToLowerInvariant(), Unescape(value));
            }
            else if (Headers.IsValid(name.ToLowerInvariant(), Unescape(value)))
            {
                reader.Header(name.ToLowerInvariant(), Unescape(value));
            }
        }

        return reader.Make(topic, contentType ?? CloudEventJson.DefaultDataType, body, time);
    }

    private string? Prefix(string name)
    {
        foreach (var prefix in _prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return prefix;
            }
        }

        return null;
    }

    internal string Unescape(string value) => _escaped ? Uri.UnescapeDataString(value) : value;

    internal string Escape(string value)
    {
        if (!_escaped || !value.AsSpan().ContainsAnyExcept(_unescaped))
        {
            return value;
        }

        var escaped = new StringBuilder(value.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii && !MustBeEscaped((char)rune.Value))
            {
                escaped.Append((char)rune.Value);
                continue;
            }

            foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
            {
                escaped.Append('%').Append(part.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return escaped.ToString();
    }

    private static bool MustBeEscaped(char character) => character is <= ' ' or '"' or '%' or > '~';
}
