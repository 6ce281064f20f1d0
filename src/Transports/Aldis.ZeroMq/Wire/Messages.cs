using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>The messages that are always the same size, or nearly so.</summary>
internal static class Messages
{
    /// <summary>The version of the protocol.</summary>
    public const byte Version = 1;

    /// <summary>What is said of why something is not so has no more characters than this.</summary>
    public const int MaxReason = 1000;

    private const byte IsPrivate = 1;
    private const string OwnTopics = "aldis.zeromq.";

    public static byte[] Hello(IReadOnlyCollection<uint> sessions)
    {
        var writer = new MessageWriter(MessageKind.Hello);
        writer.Byte(Version);
        writer.UInt16(sessions.Count);
        foreach (var session in sessions)
        {
            writer.UInt32(session);
        }

        return writer.Finish();
    }

    public static byte[] Welcome(EventId instance)
    {
        var writer = new MessageWriter(MessageKind.Welcome);
        writer.Byte(Version);
        writer.Bytes(instance.ToBytes());
        return writer.Finish();
    }

    public static byte[] Join(uint session, ReceiverSpec spec)
    {
        var writer = new MessageWriter(MessageKind.Join);
        writer.UInt32(session);
        writer.Byte(spec.IsPrivate ? IsPrivate : (byte)0);
        writer.Text(spec.Topic.Value);
        writer.Text(spec.Group.Value);
        return writer.Finish();
    }

    /// <summary>Reads what a join asks for, behind its session.</summary>
    /// <exception cref="MalformedMessageException">It is none.</exception>
    /// <exception cref="AldisException">A name is not valid.</exception>
    public static ReceiverSpec ReadSpec(ref MessageReader reader, int maxUnsettled)
    {
        var flags = reader.Byte();
        var (topic, group) = (TopicOf(reader.Text()), GroupName.Parse(reader.Text()));
        if (group == GroupName.EachInstance)
        {
            throw new MalformedMessageException("A private group has a name of its own.");
        }

        return new ReceiverSpec(topic, group, maxUnsettled) { IsPrivate = (flags & IsPrivate) != 0 };
    }

    /// <summary>Reads a topic that a peer has named: one that is this transport's own is not for others.</summary>
    /// <exception cref="AldisException">The name is not valid.</exception>
    public static TopicName TopicOf(string name) => name.StartsWith(OwnTopics, StringComparison.OrdinalIgnoreCase)
        ? throw new AldisException(new Fault(ErrorCodes.InvalidName, $"The topic '{name}' is the transport's own.", $"What begins with {OwnTopics} is not for other processes."))
        : TopicName.Parse(name);

    public static byte[] Leave(uint session) => Session(MessageKind.Leave, session);

    public static byte[] Credit(uint session, long limit)
    {
        var writer = new MessageWriter(MessageKind.Credit);
        writer.UInt32(session);
        writer.Int64(limit);
        return writer.Finish();
    }

    public static byte[] Gone(uint session, string reason)
    {
        var writer = new MessageWriter(MessageKind.Gone);
        writer.UInt32(session);
        writer.Text(reason.Length > MaxReason ? reason[..MaxReason] : reason);
        return writer.Finish();
    }

    public static byte[] Stored(uint call, Outcome outcome, string? reason)
    {
        var writer = new MessageWriter(MessageKind.Stored);
        writer.UInt32(call);
        writer.Byte((byte)outcome);
        writer.LongText(reason, MaxReason);
        return writer.Finish();
    }

    private static byte[] Session(MessageKind kind, uint session)
    {
        var writer = new MessageWriter(kind);
        writer.UInt32(session);
        return writer.Finish();
    }
}
