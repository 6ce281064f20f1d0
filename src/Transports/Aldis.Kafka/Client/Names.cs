using System.Diagnostics.CodeAnalysis;
using Aldis.Events;

namespace Aldis.Kafka;

/// <summary>
/// What topics and consumer groups are called. No name of Aldis has two dots in a row, so they stand between the topic and the group, and no two
/// names can be confused.
/// </summary>
internal sealed class Names(string prefix)
{
    private const string Between = "..";
    private const string RetrySuffix = ".retry";
    private const string DeadSuffix = ".dead";

    /// <summary>The topic of the events.</summary>
    public string Topic(TopicName topic) => prefix + topic;

    /// <summary>The consumer group of a group on a topic. Each topic has its own: a member that comes or goes disturbs the others of that topic only.</summary>
    public string Group(TopicName topic, GroupName group) => $"{prefix}{topic}{Between}{group}";

    /// <summary>The topic of what a group tries again.</summary>
    public string Retry(TopicName topic, GroupName group) => Group(topic, group) + RetrySuffix;

    /// <summary>The topic of what a group has given up.</summary>
    public string Dead(TopicName topic, GroupName group) => Group(topic, group) + DeadSuffix;

    /// <summary>Whose dead letters a topic has.</summary>
    public bool IsDead(string name, [NotNullWhen(true)] out TopicName? topic, [NotNullWhen(true)] out GroupName? group)
    {
        (topic, group) = (null, null);
        if (!name.StartsWith(prefix, StringComparison.Ordinal) || !name.EndsWith(DeadSuffix, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = name[prefix.Length..^DeadSuffix.Length].Split(Between);
        if (parts.Length != 2 || parts.Any(part => part.Length == 0))
        {
            return false;
        }

        try
        {
            (topic, group) = (TopicName.Parse(parts[0]), GroupName.Parse(parts[1]));
            return true;
        }
        catch (AldisException)
        {
            // A topic of somebody else that looks alike.
            return false;
        }
    }
}
