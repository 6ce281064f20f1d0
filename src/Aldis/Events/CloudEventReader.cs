using Aldis.Errors;

namespace Aldis.Events;

/// <summary>Collects what a message says of an event, attribute by attribute, and makes the envelope. For one message.</summary>
internal sealed class CloudEventReader(EventLimits limits)
{
    private readonly Dictionary<string, string> _attributes = [];
    private readonly Dictionary<string, string> _headers = [];

    /// <summary>Takes an attribute; a name may come once.</summary>
    public void Attribute(string name, string value)
    {
        if (!CloudEventAttributes.IsName(name))
        {
            throw CloudEventAttributes.Malformed($"'{Printable.Of(name)}' cannot be the name of an attribute: 1 to 20 lower-case letters and digits are allowed.");
        }

        if (!_attributes.TryAdd(name, value))
        {
            throw CloudEventAttributes.Malformed($"It has the attribute '{name}' twice.");
        }

        Count();
    }

    /// <summary>Takes a header that is no attribute. An attribute of the same name is the event's own word.</summary>
    public void Header(string name, string value)
    {
        _headers[name] = value;
        Count();
    }

    /// <summary>The event.</summary>
    public Envelope Make(TopicName? topic, string contentType, ReadOnlyMemory<byte> body, TimeProvider time)
    {
        var version = Required(CloudEventAttributes.SpecVersion);
        if (!version.StartsWith("1.", StringComparison.Ordinal))
        {
            throw CloudEventAttributes.Malformed($"Its specversion is '{Printable.Of(version)}'; 1.0 is understood.");
        }

        var (id, source, type) = (Required(CloudEventAttributes.Id), Required(CloudEventAttributes.Source), Required(CloudEventAttributes.Type));
        var identity = CloudEventAttributes.Identity(source, id);
        var envelope = new Envelope
        {
            Id = identity,
            Topic = topic ?? TopicOf(type),
            Type = type,
            Source = source,
            Time = _attributes.TryGetValue(CloudEventAttributes.Time, out var when) ? CloudEventAttributes.ReadTime(when) : time.GetUtcNow(),
            Key = _attributes.GetValueOrDefault(CloudEventAttributes.Key),
            ContentType = contentType,
            Headers = Headers(IsAsWritten(id) ? null : id),
            Body = body,
        };
        return limits.Check(envelope) is { } fault ? throw new AldisException(fault) : envelope;
    }

    /// <summary>Whether an id that is a UUID has the form in which this library writes one.</summary>
    private static bool IsAsWritten(string id) => EventId.TryParse(id, out _) && !id.AsSpan().ContainsAnyInRange('A', 'F');

    private Headers Headers(string? originalId)
    {
        if (originalId is null && _headers.Count == 0 && !HasExtensions())
        {
            return Aldis.Headers.Empty;
        }

        var headers = _headers.Concat(_attributes.Where(attribute => CloudEventAttributes.IsExtension(attribute.Key))).Select(header => (header.Key, header.Value));
        return Aldis.Headers.Of([.. originalId is null ? headers : headers.Append((CloudEventAttributes.OriginalId, originalId))]);
    }

    private bool HasExtensions()
    {
        foreach (var (name, _) in _attributes)
        {
            if (CloudEventAttributes.IsExtension(name))
            {
                return true;
            }
        }

        return false;
    }

    private string Required(string name)
        => _attributes.GetValueOrDefault(name) is { Length: > 0 } value ? value : throw CloudEventAttributes.Malformed($"It has no attribute '{name}'.");

    /// <summary>An event's type is its topic's name, with its version behind it from the second on.</summary>
    private static TopicName TopicOf(string type)
    {
        var version = type.LastIndexOf(".v", StringComparison.Ordinal);
        return TopicName.Parse(version > 0 && int.TryParse(type.AsSpan(version + 2), out _) ? type[..version] : type);
    }

    /// <summary>A message of a million attributes is refused at the first that is too many.</summary>
    private void Count()
    {
        const int Own = 8;
        if (_attributes.Count + _headers.Count > limits.MaxHeaders + Own)
        {
            throw new AldisException(new Fault(ErrorCodes.HeadersTooLarge, $"A message has more than {limits.MaxHeaders} headers."));
        }
    }
}
