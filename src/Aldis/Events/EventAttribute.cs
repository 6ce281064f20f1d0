namespace Aldis;

/// <summary>Declares a record as an event and names its topic: <c>[Event("orders.placed")]</c>.</summary>
/// <param name="topic">The topic, or null for the convention: the type's name as <c>order-placed</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class EventAttribute(string? topic = null) : Attribute
{
    /// <summary>The topic, or null for the convention.</summary>
    public string? Topic { get; } = topic;

    /// <summary>The version of the event's shape, from 1. Versions of one event share its topic. Default: 1.</summary>
    public int Version { get; init; } = 1;
}
