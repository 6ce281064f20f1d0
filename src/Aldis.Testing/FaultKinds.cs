namespace Aldis.Testing;

/// <summary>What can go wrong.</summary>
[Flags]
public enum FaultKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A handler throws before it has done anything.</summary>
    Throw = 1,

    /// <summary>A handler throws when it has done everything.</summary>
    ThrowAfter = 2,

    /// <summary>An event arrives twice.</summary>
    Duplicate = 4,

    /// <summary>An event arrives late.</summary>
    Delay = 8,

    /// <summary>An event arrives after the next one of its topic.</summary>
    Reorder = 16,

    /// <summary>The lease of a delivery runs out while it is being handled: its settlement is refused, and the event comes again.</summary>
    LoseLease = 32,

    /// <summary>The process dies when an event is handled and its settlement is not stored.</summary>
    CrashAfterHandling = 64,

    /// <summary>The process dies when an event is stored and its publisher does not know.</summary>
    CrashAfterPublishing = 128,

    /// <summary>Everything but the death of the process.</summary>
    AllButCrashes = Throw | ThrowAfter | Duplicate | Delay | Reorder | LoseLease,

    /// <summary>Everything.</summary>
    All = AllButCrashes | CrashAfterHandling | CrashAfterPublishing,
}
