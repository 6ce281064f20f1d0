using Aldis.Events;
using RabbitMQ.Client;

namespace Aldis.RabbitMq;

/// <summary>Writes events as messages: CloudEvents 1.0 in binary mode. One object serves one channel, whose publishes take turns: it is filled anew for each.</summary>
internal sealed class MessageWriter
{
    private readonly Dictionary<string, object?> _headers = new(StringComparer.Ordinal);
    private readonly BasicProperties _properties;

    public MessageWriter() => _properties = new BasicProperties { Persistent = true, Headers = _headers };

    /// <summary>The properties of the message; good until the next call.</summary>
    public BasicProperties Write(in Outgoing message)
    {
        if (message.Foreign is { } foreign)
        {
            return WriteForeign(foreign, message);
        }

        var envelope = message.Envelope;
        _headers.Clear();
        _properties.MessageId = envelope.Id.ToString();
        _properties.ContentType = envelope.ContentType;
        if (envelope.Headers.Count == 0)
        {
            WriteAttributes(envelope);
        }
        else
        {
            foreach (var (name, value) in CloudEventBinding.Amqp.Write(envelope))
            {
                _headers[name] = value;
            }
        }

        foreach (var (name, value) in message.Notes ?? [])
        {
            _headers[name] = value;
        }

        return _properties;
    }

    private static BasicProperties WriteForeign(IReadOnlyBasicProperties foreign, in Outgoing message)
    {
        var headers = new Dictionary<string, object?>(foreign.Headers ?? new Dictionary<string, object?>());
        foreach (var (name, value) in message.Notes ?? [])
        {
            headers[name] = value;
        }

        return new BasicProperties(foreign) { Persistent = true, MessageId = message.Envelope.Id.ToString(), Headers = headers };
    }

    /// <summary>The attributes of an event without headers: what the binding would say, without asking it.</summary>
    private void WriteAttributes(Envelope envelope)
    {
        _headers[Names.SpecVersion] = "1.0";
        _headers[Names.Id] = _properties.MessageId;
        _headers[Names.Source] = envelope.Source;
        _headers[Names.Type] = envelope.Type;
        _headers[Names.Time] = CloudEventTime.Write(envelope.Time);
        if (envelope.Key is { } key)
        {
            _headers[Names.Key] = key;
        }
    }
}
