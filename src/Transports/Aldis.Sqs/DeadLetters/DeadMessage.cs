using System.Security.Cryptography;
using System.Text;
using Aldis.Errors;
using Aldis.Events;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>A message among the dead letters: put there by this transport, with what it knows of its death, or by SQS itself.</summary>
/// <param name="Message">The message as it came.</param>
/// <param name="Note">What is known of its death.</param>
internal sealed record DeadMessage(Message Message, DeathNote Note)
{
    /// <summary>The attributes that went into the note, as there was no room for it.</summary>
    private const string Displaced = "displaced";

    private DeadLetter? _letter;

    /// <summary>Whether the message is no event, and goes as it came.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>By this it is known: what died twice in one group is one dead letter.</summary>
    public (GroupName Group, EventId Id) Identity(TimeProvider time) => (Letter(time).Group, Letter(time).Envelope.Id);

    /// <summary>What people see of it.</summary>
    public DeadLetter Letter(TimeProvider time) => _letter ??= MakeLetter(time);

    /// <summary>Its attributes, without what this transport has put there.</summary>
    public Dictionary<string, MessageAttributeValue> Attributes()
    {
        var attributes = new Dictionary<string, MessageAttributeValue>(Message.MessageAttributes ?? []);
        if (attributes.Remove(Names.Death, out var note))
        {
            foreach (var (name, value) in Sqs.Note.Read(Sqs.Note.Read(note.StringValue).GetValueOrDefault(Displaced)))
            {
                attributes[name] = MessageWriter.Value(value);
            }
        }

        attributes.Remove(Names.Wait);
        return attributes;
    }

    /// <summary>Its attributes with the note.</summary>
    /// <param name="most">How long the note may be.</param>
    public Dictionary<string, MessageAttributeValue> AttributesWithNote(int most)
    {
        var attributes = Attributes();
        var displaced = "";
        foreach (var (name, value) in attributes.Where(attribute => attribute.Value.StringValue is not null).Reverse().Take(Math.Max(0, attributes.Count - Names.MaxOfEvent)).ToArray())
        {
            displaced = $"&{Displaced}={Uri.EscapeDataString(Sqs.Note.Write((name, value.StringValue)))}";
            attributes.Remove(name);
        }

        attributes[Names.Death] = MessageWriter.Value(Note.Write(most - displaced.Length) + displaced);
        return attributes;
    }

    private DeadLetter MakeLetter(TimeProvider time)
    {
        var (topic, group) = (Parse(Note.Topic, TopicName.Parse), Parse(Note.Group, GroupName.Parse));
        return new DeadLetter(ReadOrMake(topic, time), group, Math.Max(1, Note.Attempts), Note.Reason, Note.Error, Note.DiedAt) { Where = Note.Where };
    }

    private Envelope ReadOrMake(TopicName topic, TimeProvider time)
    {
        try
        {
            return MessageReader.Read(new Message { Body = Message.Body, MessageAttributes = Attributes() }, topic, time);
        }
        catch (AldisException)
        {
            IsForeign = true;
            var body = Encoding.UTF8.GetBytes(Message.Body ?? "");
            return new Envelope
            {
                Id = EventId.FromBytes(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{topic}\n"), .. body]).AsSpan(0, EventId.ByteLength)),
                Topic = topic, Type = topic.Value, Source = "/unknown", Time = Note.DiedAt, ContentType = "application/octet-stream", Body = body,
            };
        }
    }

    private static T Parse<T>(string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (AldisException)
        {
            return parse("unknown");
        }
    }
}
