namespace Aldis;

/// <summary>What a publish to an SQLite file survives once it is complete. Neither level can damage the file.</summary>
public enum SqliteDurability
{
    /// <summary>
    /// Every commit is on the disk before it is reported (<c>synchronous=FULL</c>): nothing that was acknowledged is lost when a process dies, the system
    /// crashes or the power fails. <see cref="Published.Level"/> is <see cref="Durability.Stored"/>.
    /// </summary>
    Durable,

    /// <summary>
    /// A commit is in the hands of the operating system when it is reported (<c>synchronous=NORMAL</c>): nothing is lost when a process dies. When the system
    /// crashes or the power fails, the commits since the log was last synchronised may be lost: those of the last moments, the newest always first, so that
    /// no event is there without those before it. Settlements may be among them, so events may be handled again. <see cref="Published.Level"/> is
    /// <see cref="Durability.Written"/>.
    /// </summary>
    Relaxed,
}
