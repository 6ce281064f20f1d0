namespace Aldis;

/// <summary>What happens to an event for which a bounded buffer has no room.</summary>
public enum WhenFull
{
    /// <summary>The sender waits until there is room. Loses nothing; a slow reader slows the senders down.</summary>
    Wait,

    /// <summary>The oldest event in the buffer is dropped for it, and counted.</summary>
    DropOldest,

    /// <summary>It is dropped itself, and counted.</summary>
    DropNewest,

    /// <summary>The sender gets an error (ALD1503; from a bus ALD1410), and the event is not taken.</summary>
    Fail,
}
