using Aldis.Transports;

namespace Aldis.RabbitMq;

/// <summary>What this process handed back to queues without having tried it, or lost with a connection while it lived.</summary>
internal static class HandBacks
{
    private static readonly HandBacks<(string Queue, EventId Id)> _all = new();

    public static int Of(string queue, EventId id) => _all.Of((queue, id));

    public static void Add(string queue, EventId id) => _all.Add((queue, id));

    public static void Forget(string queue, EventId id) => _all.Forget((queue, id));
}
