namespace Aldis;

/// <summary>An event as a message of SQS or SNS.</summary>
/// <param name="Id">The event; also what a FIFO queue knows a second copy by.</param>
/// <param name="Body">The body.</param>
/// <param name="Attributes">The attributes, all of type <c>String</c>; at most 9, so that there is room for one more.</param>
/// <param name="GroupId">The message group, where the topology is FIFO; else null.</param>
public sealed record SqsMessage(EventId Id, string Body, IReadOnlyList<KeyValuePair<string, string>> Attributes, string? GroupId)
{
    /// <summary>The id: never the body, never an attribute.</summary>
    public override string ToString() => Id.ToString();
}
