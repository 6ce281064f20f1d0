namespace Aldis;

/// <summary>What can happen to a row.</summary>
[Flags]
public enum RowKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It comes into the table.</summary>
    Insert = 1,

    /// <summary>It is changed.</summary>
    Update = 2,

    /// <summary>It leaves the table.</summary>
    Delete = 4,

    /// <summary>All of these.</summary>
    All = Insert | Update | Delete,
}
