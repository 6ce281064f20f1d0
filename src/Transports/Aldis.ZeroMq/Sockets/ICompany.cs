namespace Aldis.ZeroMq;

/// <summary>Whom a link brings together. Called by the poller's thread.</summary>
internal interface ICompany
{
    /// <summary>Whether a link leads to somebody to whom nothing else leads: not to this process itself, and not to whom another link leads.</summary>
    bool Needs(Link link);

    /// <summary>The other side of a link lives: whoever receives and has no session there wants one.</summary>
    void Met(Link link);
}
