using Aldis.Diagnostics;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Pipeline;

namespace Aldis.Catalog;

/// <summary>Turns events into envelopes. Safe for any thread.</summary>
internal sealed class EnvelopeFactory(EventRegistry registry, ICodec codec, EventLimits limits, string source, TimeProvider time, Telemetry telemetry) : ISealer
{
    private const string Correlation = "correlationid";
    private const string Causation = "causationid";

    [ThreadStatic]
    private static BodyBuffer? _buffer;

    public ICodec Codec => codec;

    public Envelope Seal<T>(T @event, PublishOptions? options) where T : notnull => registry.Find(@event) switch
    {
        EventType<T> exact => exact.Seal(@event, options, this),
        var other => other.Seal(@event, options, this),
    };

    /// <summary>Seals an event published in the handler of another, and says so in its headers.</summary>
    public Envelope Seal<T>(T @event, PublishOptions? options, Envelope cause) where T : notnull
    {
        options ??= new PublishOptions();
        var headers = options.Headers
            .With(Causation, cause.Id.ToString())
            .With(Correlation, options.Headers[Correlation] ?? cause.Headers[Correlation] ?? cause.Id.ToString());
        return telemetry.Create(Seal(@event, options with { Headers = headers }), cause, options.IsLater);
    }

    /// <summary>The bytes of an event, in an array of their own.</summary>
    public byte[] Encode<T>(T @event)
    {
        // A converter may seal an event inside an event, so a buffer in use is not shared.
        var buffer = _buffer ?? new BodyBuffer();
        _buffer = null;
        buffer.Begin(limits.MaxBodyBytes);
        try
        {
            codec.Encode(@event, buffer);
            return buffer.ToArray();
        }
        finally
        {
            buffer.End();
            _buffer = buffer;
        }
    }

    public Envelope Make(EventType type, string? key, byte[] body, PublishOptions? options)
    {
        if (options is { At: not null, After: not null } or { After.Ticks: < 0 })
        {
            throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"PublishOptions say that {type} is published at {options.At:O} and after {options.After}.",
                "One of them is allowed, and no negative span."));
        }

        var envelope = new Envelope
        {
            Id = options?.Id ?? EventId.New(time),
            Topic = type.Topic,
            Type = type.WireName,
            Source = source,
            Time = time.GetUtcNow(),
            Key = key,
            ContentType = codec.ContentType,
            Headers = options?.Headers ?? Headers.Empty,
            Body = body,
        };
        Check(envelope);
        return envelope;
    }

    /// <summary>Throws where an envelope is over a limit.</summary>
    public void Check(Envelope envelope)
    {
        if (limits.Check(envelope) is { } fault)
        {
            throw new AldisException(fault);
        }
    }
}
