namespace Aldis.Dispatch;

/// <summary>What is to be done with a delivery whose turn it is.</summary>
internal enum LaneTurn
{
    /// <summary>It is handled now.</summary>
    Handle,

    /// <summary>Nothing: it waits behind one of its key, and comes again by itself.</summary>
    Wait,

    /// <summary>It goes back to the transport with what is sent next: one before it has to come first.</summary>
    Return,
}
