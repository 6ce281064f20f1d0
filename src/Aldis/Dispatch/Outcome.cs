namespace Aldis.Dispatch;

/// <summary>What the end of an event says about what its handler needs.</summary>
internal enum Outcome
{
    /// <summary>Nothing: it was not handled to the end, or the event itself was at fault.</summary>
    None,

    /// <summary>It was handled.</summary>
    Succeeded,

    /// <summary>It failed in a way that a retry may help.</summary>
    Failed,
}
