using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>What this process has at the door of another. What is not said otherwise is for the poller's thread.</summary>
internal interface ISession
{
    /// <summary>Its number; each link counts its own.</summary>
    uint Id { get; }

    /// <summary>Whose it is.</summary>
    ReceiverSpec Spec { get; }

    /// <summary>The other side has opened it.</summary>
    void Open(Joined joined);

    /// <summary>A message has come for it.</summary>
    /// <exception cref="MalformedMessageException">It cannot be read.</exception>
    void Take(byte[] message);

    /// <summary>Once in a heartbeat: what it has to say to the other side, or null.</summary>
    byte[]? Report();

    /// <summary>It is over. From any thread.</summary>
    void End();
}
