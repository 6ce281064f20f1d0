using System.Security.Cryptography;
using System.Text;
using Aldis.Errors;
using Aldis.Events;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>Writes events as messages.</summary>
internal static class MessageWriter
{
    private const int MaxGroupId = 128;

    /// <summary>What the headers, the attributes and a death note may take beside a body, at most.</summary>
    private const int Reserve = 80 * 1024;

    /// <summary>The largest body that fits whatever it is and whatever stands beside it.</summary>
    public static int MaxBody(SqsOptions options) => (options.MaxMessageBytes - Reserve) / 4 * 3;

    /// <summary>Writes an event.</summary>
    /// <exception cref="TransportException">ALD2306: it is too large.</exception>
    public static async ValueTask<SqsMessage> WriteAsync(Envelope envelope, SqsOptions options, CancellationToken cancel)
    {
        var (attributes, body) = CloudEventText.Write(envelope, Names.MaxOfEvent);
        if (Size(body, attributes) > options.MaxMessageBytes - (Reserve / 4))
        {
            (attributes, body) = await ClaimAsync(envelope, options, cancel).ConfigureAwait(false);
        }

        return new SqsMessage(envelope.Id, body, attributes, options.Topology.Fifo ? GroupId(envelope) : null);
    }

    /// <summary>How large SQS finds a message.</summary>
    public static int Size(string body, IEnumerable<KeyValuePair<string, string>> attributes)
        => Encoding.UTF8.GetByteCount(body) + attributes.Sum(attribute => attribute.Key.Length + Names.Text.Length + Encoding.UTF8.GetByteCount(attribute.Value));

    public static MessageAttributeValue Value(string text) => new() { DataType = Names.Text, StringValue = text };

    public static Dictionary<string, MessageAttributeValue> Attributes(IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        var values = new Dictionary<string, MessageAttributeValue>(attributes.Count + 1);
        foreach (var (name, value) in attributes)
        {
            values[name] = Value(value);
        }

        return values;
    }

    /// <summary>The message group of an event: its key, where SQS can have that as it is; without a key, its own.</summary>
    public static string GroupId(Envelope envelope) => envelope.Key switch
    {
        null => envelope.Id.ToString(),
        { Length: <= MaxGroupId } key when key.All(character => character is > ' ' and <= '~') => key,
        var key => "sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))),
    };

    private static async ValueTask<(IReadOnlyList<KeyValuePair<string, string>> Attributes, string Body)> ClaimAsync(Envelope envelope, SqsOptions options, CancellationToken cancel)
    {
        if (options.Bodies is not { } store)
        {
            throw new TransportException(new Fault(ErrorCodes.SqsMessageTooLarge, $"{envelope} is too large: its body has {envelope.Body.Length:N0} bytes.",
                $"SqsOptions.MaxMessageBytes is {options.MaxMessageBytes:N0}, for body and attributes together."));
        }

        var reference = await store.PutAsync(envelope.Id, envelope.Body, cancel).ConfigureAwait(false);
        var (attributes, body) = CloudEventText.Write(envelope with { Body = default }, Names.MaxOfEvent - 1);
        return ([.. attributes, new(Names.Claim, reference)], body);
    }
}
