namespace Aldis.Transports;

/// <summary>The ways in which a delivery ends.</summary>
public enum VerdictKind
{
    /// <summary>Handled.</summary>
    Done,

    /// <summary>To be delivered again.</summary>
    Retry,

    /// <summary>Given up and kept as a dead letter.</summary>
    Dead,

    /// <summary>Handed back to its place, not counted as an attempt.</summary>
    Return,
}
