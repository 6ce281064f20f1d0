using Aldis.Events;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>Reads messages as events.</summary>
internal static class MessageReader
{
    /// <summary>The bus has its own limits, and says them where a dead letter can be made of what is over them.</summary>
    private static readonly EventLimits _limits = new() { MaxBodyBytes = int.MaxValue - 8, MaxHeaders = 1024, MaxHeaderBytes = 1 << 20 };

    /// <summary>Reads a message, without a body that is kept elsewhere.</summary>
    /// <exception cref="AldisException">It is no event.</exception>
    public static Envelope Read(Message message, TopicName topic, TimeProvider time) => CloudEventText.Read(Texts(message), message.Body ?? "", time, topic, _limits);

    /// <summary>An attribute of a message that is a text, or null.</summary>
    public static string? Text(Message message, string name) => message.MessageAttributes?.GetValueOrDefault(name)?.StringValue;

    /// <summary>How often the service has handed the message out, this time included.</summary>
    public static int Receives(Message message)
        => int.TryParse(message.Attributes?.GetValueOrDefault("ApproximateReceiveCount"), System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : 1;

    private static IEnumerable<KeyValuePair<string, string>> Texts(Message message)
    {
        foreach (var (name, value) in message.MessageAttributes ?? [])
        {
            if (value.StringValue is { } text)
            {
                yield return new(name, text);
            }
        }
    }
}
