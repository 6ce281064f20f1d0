using Aldis.Events;

namespace Aldis.ZeroMq;

/// <summary>Whom a link brings together. Called by the poller's thread.</summary>
internal interface ICompany
{
    /// <summary>Whether an instance is this process.</summary>
    bool IsSelf(EventId instance);

    /// <summary>The other side of a link lives: whoever receives and has no session there wants one.</summary>
    void Met(Link link);
}
