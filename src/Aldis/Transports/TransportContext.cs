using Aldis.Diagnostics;
using Aldis.Events;
using Microsoft.Extensions.Logging;

namespace Aldis.Transports;

/// <summary>What a bus gives to the transport it opens.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Where the transport logs.</param>
public sealed record TransportContext(TimeProvider Time, ILoggerFactory Loggers)
{
    /// <summary>
    /// The ledger of the bus, or null where it has none. A transport without a store of its own keeps events in it, as in any other transport. It belongs to the bus, which starts it
    /// before the transport and disposes of it afterwards. Default: null.
    /// </summary>
    public ITransport? Ledger { get; init; }

    /// <summary>Counts events that are lost because there was no room for them, or nobody to take them (<c>aldis.message.dropped</c>).</summary>
    /// <param name="system">The transport's name in telemetry.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group that has lost them, or null for all.</param>
    /// <param name="count">How many.</param>
    public static void CountDropped(string system, TopicName topic, GroupName? group, long count)
        => Labels.Of(system, topic.Value, group?.Value).Count(Instruments.Dropped, count);
}
