namespace Aldis;

/// <summary>How the changes of a table are learned of once they are committed.</summary>
public enum RowSource
{
    /// <summary>An AFTER trigger writes each change into a table, in the transaction that makes it. Works on any server.</summary>
    Triggers,

    /// <summary>
    /// The server decodes its write-ahead log: no AFTER trigger, and nothing is written beside the rows. Needs <c>wal_level=logical</c>, a role that may replicate, and a
    /// slot, which has the server keep its log for as long as nobody reads.
    /// </summary>
    LogicalReplication,
}
