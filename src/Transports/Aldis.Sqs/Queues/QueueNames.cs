using System.Security.Cryptography;
using System.Text;
using Aldis.Events;

namespace Aldis.Sqs;

/// <summary>
/// Names of queues. SQS allows 80 letters, digits, '-' and '_'. In the name of a topic or a group a dot becomes '_'; one that has '_' or "--", or is too long, is shortened and ends with a
/// digest. So no part has "--", and what stands before it is the whole name of one topic: by that its queues are found.
/// </summary>
internal static class QueueNames
{
    public const int MaxPrefix = 12;

    public const string FifoEnd = ".fifo";

    private const int MaxTopic = 30;
    private const int MaxGroup = 25;
    private const int DigestLength = 10;
    private const string Between = "--";
    private const string Dead = "_dead";

    /// <summary>What the names of all queues of a topic begin with.</summary>
    public static string Beginning(SqsTopology topology, TopicName topic) => $"{topology.Prefix}-{Part(topic.Value, MaxTopic)}{Between}";

    public static string Of(SqsTopology topology, TopicName topic, GroupName group) => $"{Beginning(topology, topic)}{Part(group.Value, MaxGroup)}{End(topology)}";

    /// <summary>The queue of a private group. No other has '_' there.</summary>
    public static string OfPrivate(SqsTopology topology, TopicName topic, GroupName group) => $"{Beginning(topology, topic)}_{Digest(group.Value)}{End(topology)}";

    /// <summary>Whether a queue is that of a private group.</summary>
    public static bool IsPrivate(string queue) => queue.Contains(Between + "_", StringComparison.Ordinal);

    /// <summary>What the names of all queues of dead letters begin with, or of those of a topic.</summary>
    public static string DeadBeginning(SqsTopology topology, string? topic) => $"{topology.Prefix}{Dead}-{(topic is null ? "" : Part(topic, MaxTopic) + Between)}";

    public static string DeadOf(SqsTopology topology, TopicName topic, GroupName group) => $"{DeadBeginning(topology, topic.Value)}{Part(group.Value, MaxGroup)}{End(topology)}";

    /// <summary>The name of a queue, of which the URL or the ARN is given.</summary>
    public static string Last(string urlOrArn) => urlOrArn[(urlOrArn.LastIndexOfAny(['/', ':']) + 1)..];

    private static string End(SqsTopology topology) => topology.Fifo ? FifoEnd : "";

    private static string Part(string name, int most)
    {
        if (name.Length <= most && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-') && !name.Contains(Between, StringComparison.Ordinal))
        {
            return name.Replace('.', '_');
        }

        var readable = new StringBuilder(most);
        foreach (var character in name)
        {
            var next = char.IsAsciiLetterOrDigit(character) ? character : '-';
            if (readable.Length < most - DigestLength - 1 && (next != '-' || (readable.Length > 0 && readable[^1] != '-')))
            {
                readable.Append(next);
            }
        }

        return $"{readable.ToString().TrimEnd('-')}-{Digest(name)}";
    }

    private static string Digest(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..DigestLength];
}
