namespace Aldis;

/// <summary>What becomes of an event for which the broker has no queue, because no group has ever subscribed to its topic.</summary>
public enum RabbitMqUnroutable
{
    /// <summary>Publishing it fails (ALD2101): nobody would ever see it.</summary>
    Fail,

    /// <summary>It is dropped, as an event that nobody waits for.</summary>
    Drop,
}
