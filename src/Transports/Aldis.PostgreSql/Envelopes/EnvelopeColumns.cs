using System.Runtime.InteropServices;
using Aldis.Events;

namespace Aldis.PostgreSql;

/// <summary>Envelopes as an array for each column. What is the same for nearly every event (the type, the media type, no headers) is null.</summary>
internal sealed class EnvelopeColumns(int capacity = 0)
{
    /// <summary>The columns, in the order in which they are sent and read.</summary>
    public const string Names = "id, type, source, time, key, content_type, headers, body";

    private readonly List<Guid> _ids = new(capacity);
    private readonly List<string?> _types = new(capacity);
    private readonly List<string> _sources = new(capacity);
    private readonly List<long> _times = new(capacity);
    private readonly List<string?> _keys = new(capacity);
    private readonly List<string?> _contentTypes = new(capacity);
    private readonly List<string?> _headers = new(capacity);
    private readonly List<byte[]> _bodies = new(capacity);

    public int Count => _ids.Count;

    /// <summary>The columns of a table that has another name in the query.</summary>
    public static string NamesOf(string table) => string.Join(", ", Names.Split(", ").Select(name => $"{table}.{name}"));

    public void Add(Envelope envelope)
    {
        _ids.Add(envelope.Id.Value);
        _types.Add(EnvelopeText.TypeOf(envelope));
        _sources.Add(envelope.Source);
        _times.Add(envelope.Time.UtcTicks);
        _keys.Add(envelope.Key);
        _contentTypes.Add(EnvelopeText.ContentTypeOf(envelope));
        _headers.Add(EnvelopeText.Join(envelope.Headers));
        _bodies.Add(BytesOf(envelope.Body));
    }

    /// <summary>Adds the arrays to a call.</summary>
    public Call To(Call call) => call.With(_ids.ToArray()).With(_types.ToArray()).With(_sources.ToArray<string?>()).With(_times.ToArray()).With(_keys.ToArray())
        .With(_contentTypes.ToArray()).With(_headers.ToArray()).With(_bodies.ToArray());

    /// <summary>Adds the values of one envelope to a call.</summary>
    public static Call To(Call call, Envelope one) => call.With(one.Id.Value).With(EnvelopeText.TypeOf(one)).With(one.Source).With(one.Time.UtcTicks).With(one.Key)
        .With(EnvelopeText.ContentTypeOf(one)).With(EnvelopeText.Join(one.Headers)).With(one.Body);

    /// <summary>The array behind a body where it is the whole of it, as it is as a rule.</summary>
    private static byte[] BytesOf(ReadOnlyMemory<byte> body)
        => MemoryMarshal.TryGetArray(body, out var segment) && segment.Array is { } array && segment.Offset == 0 && segment.Count == array.Length ? array : body.ToArray();
}
