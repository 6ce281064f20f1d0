using Aldis.Events;
using Aldis.Pipeline;

namespace Aldis.Dispatch;

/// <summary>What a pump works on: a topic for a group, with a handler, so many at a time.</summary>
internal sealed record PumpSpec(TopicName Topic, GroupName Group, Handler Handler, int Concurrency, int MaxUnsettled, ISealer Sealer, IServiceProvider Services)
{
    /// <summary>Whether the transport hands out a key's events in order; then the pump handles them in order.</summary>
    public bool KeepsKeyOrder { get; init; }

    /// <summary>Where the group remembers what it has handled, if it does.</summary>
    public GroupInbox? Inbox { get; init; }

    /// <summary>What becomes of the later events of a key when one of them is given up.</summary>
    public WhenDead WhenDead { get; init; }

    /// <summary>Where events wait for their batch, if the group handles batches; the pump's own.</summary>
    public Gatherer? Gatherer { get; init; }

    /// <summary>How long it may hold deliveries without settling one; null for without end.</summary>
    public TimeSpan? Watchdog { get; init; }

    /// <summary>Told when something moves; null but in a test.</summary>
    public Movement? Movement { get; init; }
}
