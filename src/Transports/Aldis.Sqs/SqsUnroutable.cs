namespace Aldis;

/// <summary>What becomes of an event for which there is no queue, because no group has ever subscribed to its topic.</summary>
public enum SqsUnroutable
{
    /// <summary>Publishing it fails (ALD2307): nobody would ever see it.</summary>
    Fail,

    /// <summary>It is dropped, as an event that nobody waits for.</summary>
    Drop,
}
