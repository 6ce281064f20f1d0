namespace Aldis;

/// <summary>What an event survives once its publish is complete.</summary>
public enum Durability
{
    /// <summary>Nothing: there was no room for it, and it was dropped (<see cref="WhenFull.DropNewest"/>).</summary>
    None,

    /// <summary>It lives in this process and ends with it.</summary>
    InMemory,

    /// <summary>The operating system has it: it survives the death of processes. When the machine's power fails, the last moments may be lost.</summary>
    Written,

    /// <summary>It is on a disk (fsync) and survives the death of processes and of the machine's power.</summary>
    Stored,

    /// <summary>It is on several machines and survives the loss of one.</summary>
    Replicated,
}
