namespace Aldis.Dispatch;

/// <summary>What the end of an event did to a breaker.</summary>
internal enum BreakerChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It has opened.</summary>
    Opened,

    /// <summary>The event that was tried failed: its time begins anew.</summary>
    StillOpen,

    /// <summary>The event that was tried said nothing: the next one is tried.</summary>
    TrialOver,

    /// <summary>It has closed: all goes on.</summary>
    Closed,
}
