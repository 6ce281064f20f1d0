namespace Aldis;

/// <summary>What becomes of the slots of a timetable that passed while no process was there to take them.</summary>
public enum WhenMissed
{
    /// <summary>Only the newest of them is published.</summary>
    RunLast,

    /// <summary>None of them is published.</summary>
    Skip,

    /// <summary>Each is published, in order; at most 1,000 of them, the newest.</summary>
    RunAll,
}
