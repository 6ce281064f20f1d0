using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Aldis.Events;

/// <summary>
/// How a message carries a CloudEvents 1.0 event where its body is a text and its attributes are few, as in Amazon SQS and SNS: the attributes of the event as attributes
/// of the message with the prefix <c>ce-</c>, as over HTTP; what does not fit, in one attribute that encodes it; the body as it is where a text can be that, else in base64. A message without
/// attributes is read as an event in JSON mode (<see cref="CloudEventJson"/>). Safe for any thread.
/// </summary>
public static class CloudEventText
{
    /// <summary>Beginning of the names of attributes that are no part of the event: no header of an event can be named so.</summary>
    public const string NotePrefix = "Aldis-";

    private const string Prefix = "ce-";
    private const string ContentType = "content-type";
    private const string Others = NotePrefix + "Headers";
    private const string Form = NotePrefix + "Body";
    private const string Base64 = "base64";
    private const string Empty = "empty";

    /// <summary>What XML cannot have, and what the queues of some cannot: characters beyond the first plane, which here are surrogates.</summary>
    private static readonly SearchValues<char> _notInText = SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(code => code is not (9 or 10 or 13)).Select(code => (char)code), '\uFFFE', '\uFFFF']);

    /// <summary>The message of an event.</summary>
    /// <param name="envelope">The event.</param>
    /// <param name="maxAttributes">How many attributes the message may have; at least 8.</param>
    /// <returns>The attributes, none of which is empty, and the body, which is not either.</returns>
    public static (IReadOnlyList<KeyValuePair<string, string>> Attributes, string Body) Write(Envelope envelope, int maxAttributes)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAttributes, 8);
        var (body, form) = Text(envelope.Body.Span);
        var attributes = new List<KeyValuePair<string, string>>(maxAttributes);
        var room = maxAttributes - (form is null ? 0 : 1);
        var all = All(envelope);
        var rest = new List<KeyValuePair<string, string>>();
        var most = all.Count <= room && all.TrueForAll(CanStand) ? room : room - 1;
        foreach (var attribute in all)
        {
            if (attributes.Count < most && CanStand(attribute))
            {
                attributes.Add(new(attribute.Key, CloudEventBinding.Http.Escape(attribute.Value)));
            }
            else
            {
                rest.Add(attribute);
            }
        }

        if (rest.Count > 0)
        {
            attributes.Add(new(Others, Encode(rest)));
        }

        if (form is not null)
        {
            attributes.Add(new(Form, form));
        }

        return (attributes, body);
    }

    /// <summary>Reads a message.</summary>
    /// <param name="attributes">The message's attributes that are texts. Those that are neither attributes nor valid headers of an event are left out.</param>
    /// <param name="body">The message's body.</param>
    /// <param name="time">The clock for an event that does not say when it was published.</param>
    /// <param name="topic">The topic it came on; null to take it from the type.</param>
    /// <param name="limits">The limits; those of <see cref="EventLimits"/> by default.</param>
    /// <exception cref="AldisException">ALD1009: the message is not a CloudEvent. ALD1001 to ALD1004, ALD1008: a name, a header, the body or the key is not allowed.</exception>
    public static Envelope Read(IEnumerable<KeyValuePair<string, string>> attributes, string body, TimeProvider time, TopicName? topic = null, EventLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        ArgumentNullException.ThrowIfNull(body);
        var reader = new CloudEventReader(limits ?? new EventLimits());
        var (contentType, form, isEvent) = ((string?)null, (string?)null, false);
        foreach (var (name, value) in attributes)
        {
            switch (name)
            {
                case Others:
                    Decode(value, reader, ref contentType);
                    break;
                case Form:
                    form = value;
                    break;
                default:
                    isEvent |= name.Equals(Prefix + CloudEventAttributes.SpecVersion, StringComparison.OrdinalIgnoreCase);
                    Take(reader, name, CloudEventBinding.Http.Unescape(value), ref contentType);
                    break;
            }
        }

        var bytes = Bytes(body, form);
        return CloudEventJson.Is(contentType) || (!isEvent && contentType is null)
            ? CloudEventJson.Read(bytes, time, topic, limits)
            : reader.Make(topic, contentType ?? CloudEventJson.DefaultDataType, bytes, time);
    }

    private static List<KeyValuePair<string, string>> All(Envelope envelope)
    {
        var all = new List<KeyValuePair<string, string>>(8 + envelope.Headers.Count) { new(ContentType, envelope.ContentType) };
        foreach (var (name, value) in CloudEventAttributes.Of(envelope))
        {
            all.Add(new(Named(name), value));
        }

        if (envelope.Headers.Count > 0)
        {
            all.AddRange(CloudEventAttributes.Others(envelope).Select(header => header.Key == ContentType ? new(NotePrefix + ContentType, header.Value) : header));
        }

        return all;
    }

    /// <summary>The names that are in every message are not made anew for each.</summary>
    private static string Named(string attribute) => attribute switch
    {
        CloudEventAttributes.SpecVersion => Prefix + CloudEventAttributes.SpecVersion,
        CloudEventAttributes.Id => Prefix + CloudEventAttributes.Id,
        CloudEventAttributes.Source => Prefix + CloudEventAttributes.Source,
        CloudEventAttributes.Type => Prefix + CloudEventAttributes.Type,
        CloudEventAttributes.Time => Prefix + CloudEventAttributes.Time,
        CloudEventAttributes.Key => Prefix + CloudEventAttributes.Key,
        _ => Prefix + attribute,
    };

    /// <summary>The attribute of a name that begins with the prefix.</summary>
    private static string Unprefixed(string name) => name switch
    {
        Prefix + CloudEventAttributes.SpecVersion => CloudEventAttributes.SpecVersion,
        Prefix + CloudEventAttributes.Id => CloudEventAttributes.Id,
        Prefix + CloudEventAttributes.Source => CloudEventAttributes.Source,
        Prefix + CloudEventAttributes.Type => CloudEventAttributes.Type,
        Prefix + CloudEventAttributes.Time => CloudEventAttributes.Time,
        Prefix + CloudEventAttributes.Key => CloudEventAttributes.Key,
        _ => name[Prefix.Length..].ToLowerInvariant(),
    };

    /// <summary>Whether a queue takes an attribute of this name and value.</summary>
    private static bool CanStand(KeyValuePair<string, string> attribute)
    {
        var name = attribute.Key;
        return attribute.Value.Length > 0 && name[0] != '.' && name[^1] != '.' && !name.Contains("..", StringComparison.Ordinal)
            && !name.StartsWith("aws.", StringComparison.Ordinal) && !name.StartsWith("amazon.", StringComparison.Ordinal) && !name.StartsWith(NotePrefix, StringComparison.Ordinal);
    }

    private static void Take(CloudEventReader reader, string name, string value, ref string? contentType)
    {
        if (name.Equals(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            contentType = value;
        }
        else if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            reader.Attribute(Unprefixed(name), value);
        }
        else if (!name.StartsWith(NotePrefix, StringComparison.Ordinal) && Headers.IsValid(name.ToLowerInvariant(), value))
        {
            reader.Header(name.ToLowerInvariant(), value);
        }
    }

    private static string Encode(IEnumerable<KeyValuePair<string, string>> attributes)
        => string.Join('&', attributes.Select(attribute => $"{attribute.Key}={Uri.EscapeDataString(attribute.Value)}"));

    private static void Decode(string text, CloudEventReader reader, ref string? contentType)
    {
        foreach (var part in text.Split('&'))
        {
            var name = part[..Math.Max(part.IndexOf('=', StringComparison.Ordinal), 0)];
            var value = Uri.UnescapeDataString(part[Math.Min(name.Length + 1, part.Length)..]);
            if (name == NotePrefix + ContentType)
            {
                // A header that has the name of the content type, which it is not.
                reader.Header(ContentType, value);
            }
            else
            {
                Take(reader, name, value, ref contentType);
            }
        }
    }

    private static (string Body, string? Form) Text(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return ("-", Empty);
        }

        if (Utf8.IsValid(body))
        {
            var text = Encoding.UTF8.GetString(body);
            if (!text.AsSpan().ContainsAny(_notInText) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            {
                return (text, null);
            }
        }

        return (Convert.ToBase64String(body), Base64);
    }

    private static byte[] Bytes(string body, string? form)
    {
        try
        {
            return form switch
            {
                null => Encoding.UTF8.GetBytes(body),
                Empty => [],
                Base64 => Convert.FromBase64String(body),
                _ => throw CloudEventAttributes.Malformed($"Its body has the form '{Printable.Of(form)}', which is none that is known."),
            };
        }
        catch (FormatException)
        {
            throw CloudEventAttributes.Malformed("Its body should be base64, and is not.");
        }
    }
}
