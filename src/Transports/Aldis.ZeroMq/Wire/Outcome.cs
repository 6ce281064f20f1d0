namespace Aldis.ZeroMq;

/// <summary>What a publisher says of what it was to keep.</summary>
internal enum Outcome : byte
{
    /// <summary>It is kept.</summary>
    Kept = 0,

    /// <summary>Nothing of it is kept: the same again may succeed.</summary>
    NotKept = 1,

    /// <summary>It is not known whether it is kept.</summary>
    PerhapsKept = 2,

    /// <summary>Nothing of it is kept, nor will it ever be: it is malformed.</summary>
    Refused = 3,
}
