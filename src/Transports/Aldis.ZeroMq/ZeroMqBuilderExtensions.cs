using Aldis.Transports;
using Aldis.ZeroMq;

namespace Aldis;

/// <summary>Adds the ZeroMQ transport to a bus.</summary>
public static class ZeroMqBuilderExtensions
{
    /// <summary>
    /// Carries events between processes without a broker: each keeps what it publishes in its ledger (<c>UseSqliteLedger</c>), and the others come for it.
    /// </summary>
    /// <param name="bus">The bus.</param>
    /// <param name="listen">Where this process listens, <c>host:port</c>; port 0 for one that is free.</param>
    /// <param name="options">Says whom it knows, and changes what else can be said; null for the defaults.</param>
    [Lacks(nameof(TransportFeatures.AtomicSettlement)), Lacks(nameof(TransportFeatures.Remembers)), Lacks(nameof(TransportFeatures.Schedules)), Lacks(nameof(TransportFeatures.Replays))]
    public static EventBusBuilder UseZeroMq(this EventBusBuilder bus, string listen, Func<ZeroMqOptions, ZeroMqOptions>? options = null)
    {
        var said = new ZeroMqOptions { Listen = listen };
        return bus.UseZeroMq(options?.Invoke(said) ?? said);
    }

    /// <summary>
    /// Carries events between processes without a broker: each keeps what it publishes in its ledger (<c>UseSqliteLedger</c>), and the others come for it.
    /// </summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Where this process listens, whom it knows, and what becomes of events that nobody can take.</param>
    [Lacks(nameof(TransportFeatures.AtomicSettlement)), Lacks(nameof(TransportFeatures.Remembers)), Lacks(nameof(TransportFeatures.Schedules)), Lacks(nameof(TransportFeatures.Replays))]
    public static EventBusBuilder UseZeroMq(this EventBusBuilder bus, ZeroMqOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(options);
        return bus.UseTransport(context => new ZeroMqTransport(options, context), options.Validate());
    }

    /// <summary>
    /// Lets a connection URI choose ZeroMQ. <c>zmq:peers.txt</c>: every process of this machine writes its address into the file, so that one URI serves all of them.
    /// <c>zmq://127.0.0.1:7001?peers=127.0.0.1:7002,127.0.0.1:7003</c>: this process listens at the one address and knows the others.
    /// </summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Changes what else can be said; null for the defaults.</param>
    public static EventBusBuilder AcceptZeroMq(this EventBusBuilder bus, Func<ZeroMqOptions, ZeroMqOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return bus.AcceptTransport(new TransportScheme("zmq", "zmq:peers.txt", (uri, context) => Open(uri, options, context)));
    }

    private static ZeroMqTransport Open(string uri, Func<ZeroMqOptions, ZeroMqOptions>? change, TransportContext context)
    {
        var options = ZeroMqUri.Read(uri);
        options = change?.Invoke(options) ?? options;
        return options.Validate().ToArray() is { Length: > 0 } faults ? throw new ConfigurationException(faults) : new ZeroMqTransport(options, context);
    }
}
