namespace Aldis.ZeroMq;

/// <summary>The first byte of a message. What each has behind it is written in docs/transports/zeromq.md.</summary>
internal enum MessageKind : byte
{
    /// <summary>A member lives, and has these sessions.</summary>
    Hello = 1,

    /// <summary>A member of a group wants a session.</summary>
    Join = 2,

    /// <summary>Up to which number a session takes deliveries.</summary>
    Credit = 3,

    /// <summary>Verdicts.</summary>
    Settle = 4,

    /// <summary>A session ends.</summary>
    Leave = 5,

    /// <summary>Events to be kept and handed out by the peer.</summary>
    Publish = 6,

    /// <summary>The publisher lives, and this is its instance.</summary>
    Welcome = 11,

    /// <summary>A session is open.</summary>
    Joined = 12,

    /// <summary>Deliveries.</summary>
    Deliver = 13,

    /// <summary>Verdicts have been kept, but for these.</summary>
    Settled = 14,

    /// <summary>There is no such session, or none any more.</summary>
    Gone = 15,

    /// <summary>What became of events that were to be kept.</summary>
    Stored = 16,

    /// <summary>Events for whoever listens, kept nowhere.</summary>
    Shout = 17,

    /// <summary>A message under the key of the fleet, for one connection.</summary>
    Sealed = 21,

    /// <summary>A message under the key of the fleet that stands for itself: a greeting, or events for whoever listens.</summary>
    SealedAlone = 22,

    /// <summary>Never on a wire: the socket says that a peer is gone.</summary>
    Lost = 99,
}
