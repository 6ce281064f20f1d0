using System.Security.Cryptography;
using System.Text;
using Aldis.Errors;
using Aldis.Events;
using RabbitMQ.Client;

namespace Aldis.RabbitMq;

/// <summary>A message among the dead letters: put there by this transport, with all it knows, or by the broker, which says less.</summary>
/// <param name="Letter">What people see of it.</param>
/// <param name="Tag">Its number on the channel.</param>
/// <param name="Queue">The queue of the group that it belongs to.</param>
/// <param name="Foreign">Its properties where it is no event; null for an event.</param>
internal sealed record DeadMessage(DeadLetter Letter, ulong Tag, string Queue, IReadOnlyBasicProperties? Foreign)
{
    private static readonly TopicName _unknownTopic = TopicName.Parse("unknown");
    private static readonly GroupName _unknownGroup = GroupName.Parse("unknown");

    /// <summary>By this it is known: what died twice in one group is one dead letter.</summary>
    public (GroupName Group, EventId Id) Identity => (Letter.Group, Letter.Envelope.Id);

    /// <summary>Reads a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reader">Reads the event.</param>
    /// <param name="owner">The group, where the queue is of one group only.</param>
    /// <param name="topology">The names of queues.</param>
    public static DeadMessage Of(BasicGetResult message, MessageReader reader, GroupQueue? owner, RabbitMqTopology topology)
    {
        var properties = message.BasicProperties;
        var (topic, group) = owner is not null ? (owner.Topic, owner.Group) : GroupQueue.Parse(message.RoutingKey) ?? (_unknownTopic, _unknownGroup);
        var diedAt = DiedAt(properties);
        var envelope = TryRead(message, reader, topic, out var why);
        var letter = new DeadLetter(envelope ?? Unreadable(properties, message.Body, topic, diedAt), group, Attempts(properties), MessageReader.Text(properties, Names.Reason) ?? why ?? Reason(properties),
            MessageReader.Text(properties, Names.Error), diedAt)
        {
            Where = MessageReader.Text(properties, Names.Where) ?? "",
        };
        return new DeadMessage(letter, message.DeliveryTag, owner?.Name ?? topology.QueueOf(topic, group), envelope is null ? properties : null);
    }

    /// <summary>What stands for a message that is no event: its bytes and a name for it, the same each time it is read.</summary>
    public static Envelope Unreadable(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, TopicName topic, DateTimeOffset time) => new()
    {
        Id = EventId.FromBytes(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{properties.MessageId}\n"), .. body.Span]).AsSpan(0, EventId.ByteLength)),
        Topic = topic, Type = topic.Value, Source = "/unknown", Time = time, ContentType = properties.ContentType ?? "application/octet-stream", Body = body,
    };

    private static Envelope? TryRead(BasicGetResult message, MessageReader reader, TopicName topic, out string? why)
    {
        try
        {
            why = null;
            return reader.Read(message.BasicProperties, message.Body, topic);
        }
        catch (AldisException error)
        {
            why = error.Message;
            return null;
        }
    }

    private static int Attempts(IReadOnlyBasicProperties properties)
        => (int)Math.Max(1, MessageReader.Number(properties, Names.Attempts) + (MessageReader.Text(properties, Names.Reason) is null ? 1 + MessageReader.Number(properties, Names.DeliveryCount) : 0));

    private static DateTimeOffset DiedAt(IReadOnlyBasicProperties properties)
        => CloudEventTime.TryRead(MessageReader.Text(properties, Names.DiedAt), out var at) ? at
            : Death(properties)?.TryGetValue("time", out var time) == true && time is AmqpTimestamp stamp ? DateTimeOffset.FromUnixTimeSeconds(stamp.UnixTime)
            : DateTimeOffset.UnixEpoch;

    /// <summary>Why the broker let it die.</summary>
    private static string Reason(IReadOnlyBasicProperties properties)
    {
        var said = Death(properties)?.TryGetValue("reason", out var reason) == true && reason is byte[] text ? Encoding.UTF8.GetString(text) : null;
        return said switch
        {
            "delivery_limit" => $"{ErrorCodes.AttemptsExhausted.Id}: it came back to the broker more often than the delivery limit of its queue allows.",
            null or "expired" => $"{ErrorCodes.TopologyMissing.Id}: the queue of its group is gone.",
            _ => $"The broker gave it up: {said}.",
        };
    }

    private static IDictionary<string, object?>? Death(IReadOnlyBasicProperties properties)
        => properties.Headers?.TryGetValue(Names.Deaths, out var deaths) == true && deaths is IList<object?> { Count: > 0 } list ? list[0] as IDictionary<string, object?> : null;
}
