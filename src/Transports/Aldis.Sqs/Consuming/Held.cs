using Aldis.Events;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>An event that the service has handed to this process.</summary>
/// <param name="message">The message.</param>
/// <param name="envelope">The event.</param>
/// <param name="attempt">Which attempt it is, from 1.</param>
/// <param name="receivedAt">A moment before the service hid it.</param>
internal sealed class Held(Message message, Envelope envelope, int attempt, long receivedAt)
{
    private long _hiddenAt = receivedAt;

    /// <summary>Its number among what its receiver holds.</summary>
    public long Token { get; set; }

    public Message Message => message;

    public Envelope Envelope => envelope;

    public int Attempt => attempt;

    /// <summary>A moment before the service hid it for the first time.</summary>
    public long ReceivedAt { get; } = receivedAt;

    /// <summary>A moment before the service hid it for the last time.</summary>
    public long HiddenAt
    {
        get => Volatile.Read(ref _hiddenAt);
        set => Volatile.Write(ref _hiddenAt, value);
    }

    /// <summary>Whether it may be with somebody else.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether it is settled, and has only to be deleted.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether it is stored elsewhere already, and has only to be deleted.</summary>
    public bool IsElsewhere { get; set; }
}
