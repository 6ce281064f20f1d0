namespace Aldis.ZeroMq;

/// <summary>What stands behind the door. Called by the poller's thread; nothing here waits.</summary>
internal interface IHost
{
    /// <summary>Whether a guest has this session.</summary>
    bool Knows(Guest guest, uint session);

    /// <summary>Takes a message that is no heartbeat.</summary>
    /// <exception cref="MalformedMessageException">It is none.</exception>
    void Take(Guest guest, byte[] message);

    /// <summary>Once in a heartbeat.</summary>
    void Tick();

    /// <summary>A guest is gone.</summary>
    void End(Guest guest);
}
