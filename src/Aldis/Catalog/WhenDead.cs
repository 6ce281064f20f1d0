namespace Aldis;

/// <summary>What becomes of the later events of a key when one of them is given up.</summary>
public enum WhenDead
{
    /// <summary>
    /// They are parked behind the dead letter, in order, and handled when it has been redriven and handled, or discarded. Other keys go on.
    /// </summary>
    Park,

    /// <summary>They are handled as if it had been handled: the order has a gap. Redriven, it is handled after them.</summary>
    Skip,
}
