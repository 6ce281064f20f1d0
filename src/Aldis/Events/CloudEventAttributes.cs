using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aldis.Errors;

namespace Aldis.Events;

/// <summary>
/// The attributes of an event as CloudEvents 1.0 names them, the same in every mode and on every protocol. A header of the event whose name can be
/// an attribute's is an extension attribute; other headers are for the mode to carry.
/// </summary>
internal static class CloudEventAttributes
{
    public const string SpecVersion = "specversion";
    public const string Id = "id";
    public const string Source = "source";
    public const string Type = "type";
    public const string Time = "time";
    public const string ContentType = "datacontenttype";
    public const string Key = "partitionkey";

    /// <summary>The id of an event of another program, where that is no UUID.</summary>
    public const string OriginalId = "originalid";

    private const int MaxNameLength = 20;
    private static readonly SearchValues<char> _letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>Every attribute but the content type, those of the specification first.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(Envelope envelope)
    {
        yield return new(SpecVersion, "1.0");
        yield return new(Id, envelope.Headers[OriginalId] ?? envelope.Id.ToString());
        yield return new(Source, envelope.Source);
        yield return new(Type, envelope.Type);
        yield return new(Time, CloudEventTime.Write(envelope.Time));
        if (envelope.Key is { } key)
        {
            yield return new(Key, key);
        }

        foreach (var header in envelope.Headers)
        {
            if (IsExtension(header.Key) && header.Key != OriginalId)
            {
                yield return header;
            }
        }
    }

    /// <summary>The headers that no attribute can carry.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Others(Envelope envelope) => envelope.Headers.Where(header => !IsExtension(header.Key));

    /// <summary>Whether a header of this name is carried as an attribute: it cannot be taken for one of the event itself.</summary>
    public static bool IsExtension(string name)
        => IsName(name) && name is not (SpecVersion or Id or Source or Type or Time or ContentType or Key or "data" or CloudEventJson.OtherHeaders);

    /// <summary>Whether the specification allows the name.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && !name.AsSpan().ContainsAnyExcept(_letters);

    /// <summary>The identity of an event of any program: its id where that is a UUID, else one made of source and id, which together are unique.</summary>
    public static EventId Identity(string source, string id)
    {
        if (EventId.TryParse(id, out var own))
        {
            return own;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{id}")).AsSpan(0, EventId.ByteLength);
        // Version 8 of RFC 9562: bits of the maker's own choice.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return EventId.FromBytes(hash);
    }

    public static DateTimeOffset ReadTime(string text)
        => CloudEventTime.TryRead(text, out var own) ? own
            : text.Contains('T', StringComparison.OrdinalIgnoreCase) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime()
            : throw Malformed($"Its time '{Printable.Of(text)}' is not one of RFC 3339.");

    public static AldisException Malformed(string why) => new(new Fault(ErrorCodes.NotACloudEvent, "A message is not a CloudEvent.", why));
}
