namespace Aldis;

/// <summary>What becomes of events that nobody can take at the moment.</summary>
public enum ZeroMqLevel
{
    /// <summary>Each publisher keeps its events in its own ledger until every group has settled them.</summary>
    StoreAndForward,

    /// <summary>Events are sent to whoever is there, and kept nowhere. Each that is dropped is counted (<c>aldis.message.dropped</c>).</summary>
    BestEffort,
}
