using Aldis.Transports;

namespace Aldis.RabbitMq;

/// <summary>What this process handed back to queues without having tried it, or lost with a connection while it lived.</summary>
internal static class HandBacks
{
    private static readonly HandBacks<(string Place, EventId Id)> _all = new();

    public static int Of(string place, EventId id) => _all.Of((place, id));

    public static void Add(string place, EventId id) => _all.Add((place, id));

    public static void Forget(string place, EventId id) => _all.Forget((place, id));
}
